import { describe, expect, it } from 'vitest';
import { runTemplate } from './run-template.ts';
import { parseTemplate, squeeze } from './template.ts';

function run(template: string, line: string) {
  const parsed = parseTemplate(template);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return runTemplate(parsed, squeeze(line));
}

const values = (template: string, line: string) => {
  const found = run(template, line);
  return found.fits ? found.values : undefined;
};

describe('runTemplate()', () => {
  it('takes any white space, line breaks and ~~ for one blank', () => {
    expect(values('one {a.b:word} two three', '  one\t x~~two \r\n three ~~')).toEqual({ 'a.b': 'x' });
  });

  it('wants white space where the template has it', () => {
    expect(run('TokenType is {a.b:word}', 'TokenType isUDA').fits).toBe(false);
    expect(run('one {a.b:word} two', 'one x-two').fits).toBe(false);
  });

  it('ends a hole at the next fixed text and the last one at the end of the line', () => {
    expect(values("'{a.b:text}' got '{c.d:text}'", "'x' got 'it's here'.")).toEqual({
      'a.b': 'x',
      'c.d': "it's here",
    });
  });

  it('accepts a line whose closing punctuation was cut off, but no line whose words were', () => {
    expect(values("URL '{a.b:url}'", "URL 'https://x/y")).toEqual({ 'a.b': 'https://x/y' });
    expect(run("URL '{a.b:url}' is on Azure", "URL 'https://x/y").fits).toBe(false);
    expect(run("URL '{a.b:url}'", "URL 'https://x/y' is on Azure").fits).toBe(false);
  });

  it('leaves optional values out where they are empty', () => {
    const template = 'UserId: {a.user:guid?} DeviceId: {a.device:guid?}';
    expect(values(template, 'UserId:  DeviceId: 8D2B4FF9-0172-4998-9851-b5324303385f')).toEqual({
      'a.device': '8d2b4ff9-0172-4998-9851-b5324303385f',
    });
    expect(values(template, 'UserId: 00000000-0000-0000-0000-000000000000 DeviceId:')).toEqual({});
  });

  it('refuses a value that does not fit unless the hole is lenient', () => {
    expect(run('Id: {a.b:guid}', 'Id: 149FC29A-ECE3-123').fits).toBe(false);
    expect(values('Id: {a.b:guid~}', 'Id: 149FC29A-ECE3-123')).toEqual({});
    expect(run('Id: {a.b:guid~}', `Id: ${'long '.repeat(40)}`).fits).toBe(false);
  });

  it('says where it stopped and what it wanted there', () => {
    expect(run('Cached token for {a.b:sid}. Expires', 'Cached token of x')).toMatchObject({
      at: 13,
      wanted: '"for"',
    });
    expect(run('Cached token for {a.b:sid}. Expires', 'Cached token for S-1-5-18. Ends')).toMatchObject({
      wanted: '". Expires" somewhere after',
    });
  });

  it('takes linear time for lines made to be slow', () => {
    const parsed = parseTemplate('a {:text} aa {:text} aaa {:text} aaaa {:text} b');
    if ('problem' in parsed) throw new Error(parsed.problem);
    const timeOf = (length: number): number => {
      const text = `a ${'a '.repeat(length)}aa`;
      const before = process.cpuUsage().user;
      for (let round = 0; round < 20; round += 1) runTemplate(parsed, text);
      return process.cpuUsage().user - before;
    };
    timeOf(1000);
    const [short, long] = [timeOf(20_000), timeOf(160_000)];
    expect(long).toBeLessThan(Math.max(short, 500) * 40);
  });
});

describe('squeeze()', () => {
  it('takes linear time for lines made to be slow', () => {
    const before = process.cpuUsage().user;
    expect(squeeze(`x${' ~'.repeat(300_000)}y`).length).toBe(600_002);
    expect(values('abc {b.c:word}', `abc ${'.'.repeat(300_000)}x`)).toHaveProperty('b.c');
    expect(process.cpuUsage().user - before).toBeLessThan(3_000_000);
  });
});

describe('parseTemplate()', () => {
  it('reads doubled braces as braces', () => {
    expect(values('instance {{ {a.b:int} }}', 'instance { 5 }')).toEqual({ 'a.b': 5 });
  });

  it.each(['{a.b:int', 'x } y', '{A:int} xyz', '{a.b:int!} xyz'])('refuses %s', (template) => {
    expect(parseTemplate(template)).toHaveProperty('problem');
  });
});
