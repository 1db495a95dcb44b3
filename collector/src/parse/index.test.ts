import { describe, expect, it } from 'vitest';
import { chunksOf, cmtrace, createLosses, parse, recordsOf, site, sourceOf } from './fixtures.ts';
import { createFramer, readRecord } from './index.ts';

const messages = (text: string, options = {}): string[] =>
  parse(text, options).map(({ envelope, message }) => `${envelope}: ${message}`);

describe('createFramer() and records of the client', () => {
  it('ends a record at its envelope, not at a bracket or a line end', () => {
    const text = [
      cmtrace('[CCMHTTP] ERROR: URL=https://a/b, Port=443'),
      cmtrace('==========[ ccmsetup started in process 10168 ]=========='),
      cmtrace('Raising event:\r\ninstance of CCM_CcmHttp_Status\r\n{\r\n};\r\n'),
      cmtrace('index ]LOG] of <![LOG[ in the middle'),
    ].join('\r\n');
    expect(messages(text)).toEqual([
      'cmtrace: [CCMHTTP] ERROR: URL=https://a/b, Port=443',
      'cmtrace: ==========[ ccmsetup started in process 10168 ]==========',
      'cmtrace: Raising event:\ninstance of CCM_CcmHttp_Status\n{\n};\n',
      'cmtrace: index ]LOG] of <![LOG[ in the middle',
    ]);
  });

  it('reads two records on one line and the start with another bracket', () => {
    expect(messages(`${cmtrace('a')}${cmtrace('b')} [${cmtrace('c')}`)).toEqual([
      'cmtrace: a',
      'cmtrace: b',
      'cmtrace: c',
    ]);
  });

  it('reads attributes in any order and letter case, empty and missing ones', () => {
    const [record] = parse(
      '<![LOG[m]LOG]!><THREAD="" Type="" COMPONENT="c" date="3-12-2026" color="red" time="11:16:42.3322734" >\n',
    );
    expect(record).toMatchObject({
      message: 'm',
      component: 'c',
      thread: undefined,
      severity: undefined,
      loggedAt: '2026-03-12T11:16:42.332273',
      timeUs: Date.UTC(2026, 2, 12, 11, 16, 42) * 1000 + 332_273,
    });
  });

  it('counts a record that the next one cuts, and goes on', () => {
    const report = createLosses();
    expect(messages(`<![LOG[cut\nagain\n${cmtrace('whole')}`, { report })).toEqual(['cmtrace: whole']);
    expect(report.losses).toEqual({ record_cut: 1 });
  });

  it('counts the tail of a record whose head is gone', () => {
    const report = createLosses();
    const tail = cmtrace('some message').slice(12);
    expect(messages(`${tail}\r\n${cmtrace('whole')}`, { report })).toEqual(['cmtrace: whole']);
    expect(report.losses).toEqual({ record_cut: 1 });
  });

  it('passes over the zero bytes that truncating under an open handle leaves', () => {
    expect(messages(`\0\0\0\0${cmtrace('m')}`)).toEqual(['cmtrace: m']);
  });
});

describe('createFramer() and records of the site', () => {
  it('takes raw line ends into the message and every record of a line', () => {
    const text = [
      site('first'),
      'ROLLOVER',
      'second',
      'goes on',
      site('to here'),
      `${site('a')}${site('b')}`,
    ].join('\r\n');
    expect(messages(text)).toEqual(
      ['site: first', 'site: second\ngoes on\nto here', 'site: a', 'site: b'].map((m) =>
        m.replace('second', 'ROLLOVER\nsecond'),
      ),
    );
  });

  it('strips padding and makes line breaks of ~~', () => {
    expect(messages(site('~ERROR: x~~   at y()~~'))).toEqual(['site: ERROR: x\n   at y()']);
  });

  it('does without a thread', () => {
    const text = `~Setup failed.  $$<Configuration Manager Setup><09-11-2026 08:55:59.872+240>\r\n${site('next')}`;
    const [record, next] = parse(text);
    expect(record).toMatchObject({
      component: 'Configuration Manager Setup',
      thread: undefined,
      message: 'Setup failed.',
      loggedAt: '2026-09-11T08:55:59.872-04:00',
    });
    expect(next?.message).toBe('next');
  });

  it('reads stamps of SMS 1.x and 2.0', () => {
    const records = parse(
      'm $$<SMS_DESPOOLER><Wed May 21 17:09:02 1997~><thread=DB>\nn $$<S> <Fri Sep 03 12:23:46.229 1999 Central Daylight Time> <thread=250 (0xFA)>',
    );
    expect(records.map(({ loggedAt, thread }) => [loggedAt, thread])).toEqual([
      ['1997-05-21T17:09:02.000', 0xdb],
      ['1999-09-03T12:23:46.229', 250],
    ]);
  });

  it('does not take $$< in a message for an envelope', () => {
    expect(messages(site('price $$<b> and $$<x><y>'))).toEqual(['site: price $$<b> and $$<x><y>']);
  });
});

describe('createFramer() and text without envelopes', () => {
  it('keeps prose above a copied record apart from it', () => {
    const prose = Array.from({ length: 12 }, (_, line) => `line ${line}`);
    expect(messages([...prose, site('m')].join('\n'))).toEqual([
      ...prose.map((line) => `bare: ${line}`),
      'site: m',
    ]);
  });

  it('lets each line stand alone where it is told to', () => {
    expect(messages(`${site('a')}\nb\n${site('c')}`, { joinLines: false })).toEqual([
      'site: a',
      'bare: b',
      'site: c',
    ]);
  });

  it.each([
    ['m  1\tCOMP\t03.07.2019 14:17:54\t5780 (0x1694)', 'm  1', 'COMP', '2019-07-03T14:17:54.000'],
    ['m 19/02/2019 13:49:33 ccmsetup 8548 (0x2164)', 'm', 'ccmsetup', '2019-02-19T13:49:33.000'],
    ['m    ccmsetup    11/27/2018 10:18:23 PM  4208 (0x1070)', 'm', 'ccmsetup', '2018-11-27T22:18:23.000'],
    ['m\tC\t12-28-2018 16:06:39.334\t1 (0x1)', 'm', 'C', '2018-12-28T16:06:39.334'],
    ['m\tC\t1/2/2019 12:00:01 AM\t1 (0x1)', 'm', 'C', '2019-01-02T00:00:01.000'],
    ['SMS_CLOUD_PROXYCONNECTOR  4992 (0x1380)  m (x)', 'm (x)', 'SMS_CLOUD_PROXYCONNECTOR', undefined],
  ])('reads a row of a viewer: %s', (line, message, component, loggedAt) => {
    expect(parse(`bare line\n${line}\r\n`)[1]).toMatchObject({
      envelope: 'viewer',
      message,
      component,
      loggedAt,
    });
  });
});

describe('createFramer() and long records', () => {
  const long = 'x'.repeat(10_000_000);

  it.each([
    ['cmtrace', cmtrace(long)],
    ['site', site(long)],
    ['bare', long],
    ['viewer', `${long}\tC\t12-28-2018 16:06:39.334\t1 (0x1)`],
  ])('cuts the message of a %s record of 10 MB, keeps its envelope and goes on', (envelope, text) => {
    for (const size of [65_536, 20_000_000]) {
      const report = createLosses();
      const bytes = Buffer.from(`${text}\n${cmtrace('next')}\n`);
      const [first, next, ...rest] = recordsOf(chunksOf(bytes, [size]), { report });
      expect(first).toMatchObject({ envelope, offset: 0 });
      expect(first?.message.length).toBeGreaterThan(1_000_000);
      expect(first?.message.length).toBeLessThan(envelope === 'viewer' ? 10_000_001 : 1_048_577);
      expect(first?.timeUs === undefined).toBe(envelope === 'bare');
      expect(next).toMatchObject({ message: 'next', offset: text.length + 1 });
      expect(rest).toEqual([]);
      expect(report.losses['record_too_long']).toBe(1);
    }
  });
});

describe('createFramer() and pieces of one log', () => {
  const whole = [cmtrace('first'), cmtrace('Failed to get\r\nthe second'), cmtrace('third')].join('\r\n');

  it('puts a record together that a roll cut anywhere', () => {
    for (let cut = 1; cut < whole.length; cut++) {
      const report = createLosses();
      const older = sourceOf('HOST/Logs/A.lo_', 0);
      const newer = sourceOf('HOST/Logs/A.log', 1);
      const chunks = [
        ...chunksOf(Buffer.from(whole.slice(0, cut)), [], older),
        ...chunksOf(Buffer.from(whole.slice(cut)), [], newer),
      ].map((chunk) => ({ ...chunk, bytes: chunk.bytes }));
      const copies = chunks.map((chunk, index) => ({
        ...chunk,
        bytes: Buffer.from(index === 0 ? whole.slice(0, cut) : whole.slice(cut)),
      }));
      const records = recordsOf(copies, { report });
      expect(records.map(({ message }) => message)).toEqual(['first', 'Failed to get\nthe second', 'third']);
      expect(report.losses).toEqual({});
      for (const { source, offset, message } of records) {
        const text = source === older ? whole.slice(0, cut) : whole.slice(cut);
        const start = whole.indexOf(`<![LOG[${message.slice(0, 5)}`);
        expect(offset).toBe(source === older ? start : start - cut);
        expect(offset).toBeLessThan(text.length);
      }
    }
  });

  it('puts a record of the site together that a roll cut within a line', () => {
    const text = [site('first'), site('the second'), site('third')].join('\r\n');
    const cut = text.indexOf('second') + 3;
    const pieces = [text.slice(0, cut), text.slice(cut)].map((piece, index) => ({
      source: sourceOf(`HOST/Logs/A.${index === 0 ? 'lo_' : 'log'}`, index),
      bytes: Buffer.from(piece),
      encoding: 'utf-8',
      offsetOf: (at: number) => at,
      last: true,
    }));
    expect(recordsOf(pieces).map(({ message }) => message)).toEqual(['first', 'the second', 'third']);
  });

  it.each([8, 0, 4])(
    'keeps a record of the site whole behind one that a roll cut %i bytes into its thread',
    (into) => {
      const text = `${site('first')}\r\n${site('second')}\r\n${site('third')}\r\n`;
      const cut = text.indexOf('<thread=', text.indexOf('second')) + into;
      const pieces = [text.slice(0, cut), text.slice(cut)].map((piece, index) => ({
        source: sourceOf(`HOST/Logs/A.${index === 0 ? 'lo_' : 'log'}`, index),
        bytes: Buffer.from(piece),
        encoding: 'utf-8',
        offsetOf: (at: number) => at,
        last: true,
      }));
      expect(recordsOf(pieces).map(({ message }) => message)).toEqual(['first', 'second', 'third']);
    },
  );

  it('does not put pieces together between which a piece was lost', () => {
    const report = createLosses();
    const pieces = [
      `${cmtrace('first')}\r\n<![LOG[the head`,
      ` of none]LOG]!>${cmtrace('last').slice(15)}`,
    ].map((piece, index) => ({
      source: sourceOf(`HOST/Logs/A.${index === 0 ? 'lo_' : 'log'}`, index),
      bytes: Buffer.from(`${piece}\r\n${cmtrace('whole')}\r\n`),
      encoding: 'utf-8',
      offsetOf: (at: number) => at,
      last: true,
    }));
    const [first, second] = pieces as [(typeof pieces)[0], (typeof pieces)[0]];
    const cut = { ...first, bytes: first.bytes.subarray(0, first.bytes.indexOf('\r\n<![LOG[whole')) };
    expect(recordsOf([cut, second])).toHaveLength(3);
    const apart = recordsOf([cut, { ...second, afterLoss: true }], { report });
    expect(apart.map(({ message }) => message)).toContain('whole');
    expect(apart.filter(({ message }) => message.startsWith('the head'))).toEqual([]);
    expect(report.losses['record_cut']).toBeGreaterThan(0);
  });

  it('goes on with a record in a piece that was written to after its last chunk', () => {
    const report = createLosses();
    const bytes = Buffer.from(whole);
    const chunks = [0, 70].map((from, index) => ({
      source: sourceOf(),
      bytes: bytes.subarray(from, [70, bytes.length][index]),
      encoding: 'utf-8',
      offsetOf: (at: number) => from + at,
      last: true,
    }));
    // The same object, as of one generation.
    const [first, second] = chunks as [(typeof chunks)[0], (typeof chunks)[0]];
    const records = recordsOf([first, { ...second, source: first.source }], { report });
    expect(records.map(({ message }) => message)).toEqual(['first', 'Failed to get\nthe second', 'third']);
    expect(report.losses).toEqual({});
  });

  it('counts a head whose rest never comes', () => {
    const report = createLosses();
    expect(messages(whole.slice(0, -20), { report })).toHaveLength(2);
    expect(report.losses).toEqual({ record_cut: 1 });
  });
});

describe('takeFramed()', () => {
  const text = `${cmtrace('first')}\r\n${cmtrace('second')}\r\n`;
  const second = text.indexOf('<![LOG[second');
  const chunk = (from: number, to: number, source: ReturnType<typeof sourceOf>, last = false) => ({
    source,
    bytes: Buffer.from(text.slice(from, to)),
    encoding: 'utf-8',
    offsetOf: (index: number) => from + index,
    last,
  });

  it('is where the record begins that is not whole yet', () => {
    const framer = createFramer();
    const source = sourceOf();
    const offsets = [second + 5, second + 9, text.length].map((to, index, all) => {
      const part = chunk(all[index - 1] ?? 0, to, source);
      for (const frames of framer.push(part)) expect(frames.count).toBeGreaterThan(0);
      return framer.takeFramed().get(source);
    });
    expect(offsets).toEqual([second, second, text.length]);
  });

  it('stays at the head of a record that a roll cut until its rest was framed', () => {
    const framer = createFramer();
    const older = sourceOf('HOST/Logs/A.lo_', 0);
    const first = chunk(0, second + 9, older, true);
    for (const frames of framer.push(first)) expect(frames.count).toBe(1);
    expect([...framer.takeFramed()]).toEqual([[older, second]]);
    const newer = {
      ...chunk(second + 9, second + 20, sourceOf('HOST/Logs/A.log', 1)),
      offsetOf: (index: number) => index,
    };
    for (const frames of framer.push(newer)) expect(frames.count).toBe(0);
    expect([...framer.takeFramed()]).toEqual([[newer.source, 0]]);
    const rest = {
      ...newer,
      ...chunk(second + 20, text.length, newer.source),
      offsetOf: (index: number) => index + 11,
    };
    for (const frames of framer.push(rest)) expect(frames.source).toBe(older);
    expect([...framer.takeFramed()]).toEqual([
      [older, second + 9],
      [newer.source, text.length - second - 9],
    ]);
  });
});

describe('readRecord()', () => {
  it('reads a record with an envelope', () => {
    expect(readRecord(cmtrace('a\nb'))).toMatchObject({
      envelope: 'cmtrace',
      message: 'a\nb',
      timeUs: Date.UTC(2019, 9, 8, 18, 35, 58, 738) * 1000,
    });
  });

  it('takes a text without one for the message', () => {
    expect(readRecord(' a\nb ')).toMatchObject({ envelope: 'bare', message: 'a\nb' });
  });
});

describe('component()', () => {
  it('is read without decoding the rest', () => {
    const framer = createFramer();
    const text = `${cmtrace('m')}\n${site('s')}\n${cmtrace('m', '1:2:3', "COMPONENT='x'")}\nbare\n`;
    const [frames] = [
      ...framer.push(
        [...chunksOf(Buffer.from(text), [])].map((chunk) => ({
          ...chunk,
          bytes: Buffer.from(text),
        }))[0] as never,
      ),
    ];
    expect([0, 1, 2, 3].map((index) => frames?.component(index))).toEqual([
      'CcmMessaging',
      'CMGService',
      '',
      '',
    ]);
  });
});
