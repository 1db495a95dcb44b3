import { describe, expect, it } from 'vitest';
import type { Span, Trace } from '../../model/span.ts';
import { createStyle } from './style.ts';
import { drawWaterfall } from './waterfall.ts';

const resource = {
  tier: 'client',
  host: 'WIN-042',
  site: '',
  clockOffsetMs: -787,
  clockErrorMs: 157,
} as const;

function span(given: Partial<Span>): Span {
  return {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: '',
    name: 'token renewal',
    kind: 'internal',
    startUs: 1_772_955_106_000_000,
    endUs: 1_772_955_106_400_000,
    resource,
    status: { code: 'error', message: 'The connection point has no certificate.' },
    attributes: { 'error.type': 'http_403', 'ccm.diagnosis.id': 'no-certificate' },
    events: [],
    links: [],
    ...given,
  };
}

const identities = {
  hosts: [],
  clientGuids: ['7D4C'],
  entraDeviceIds: [],
  entraUserIds: [],
  sids: [],
  messageIds: [],
};

function draw(spans: Trace['spans'], columns = 80): string[] {
  return drawWaterfall(
    { traceId: spans[0].traceId, spans, identities },
    {
      columns,
      style: createStyle(false),
      diagnosisOf: (id) => ({
        title: id,
        cause: 'It expired.',
        remedy: 'Renew it.',
        documentation: 'https://example.org',
      }),
    },
  );
}

const forward = span({
  spanId: 'c'.repeat(16),
  parentSpanId: 'b'.repeat(16),
  name: 'connection point forward',
  startUs: 1_772_955_106_200_000,
  endUs: 1_772_955_106_300_000,
  resource: { tier: 'connection point', host: 'CP01', site: '', clockOffsetMs: 0, clockErrorMs: 0 },
  attributes: { 'ccm.link.method': 'time', 'ccm.link.confidence': 0.934, 'http.response.status_code': 403 },
});

describe('drawWaterfall()', () => {
  it('says what failed, its cause and its remedy before it draws anything', () => {
    const text = draw([span({}), forward]).join('\n');
    expect(text).toMatch(/^token renewal {2}FAILED http_403 {2}WIN-042 GUID:7D4C\n/);
    expect(text.indexOf('Renew it.')).toBeLessThan(text.indexOf('█'));
    expect(text).toContain('2026-03-08 07:31:46.000 UTC · 400 ms · 2 spans\n');
  });

  it('says of a trace that was well in which something was not what lists say', () => {
    const well = { status: { code: 'ok', message: '' }, attributes: {} } as const;
    expect(draw([span(well)])[0]).toBe('token renewal  ok  WIN-042 GUID:7D4C');
    expect(draw([span(well), forward])[0]).toBe('token renewal  ok, with warnings  WIN-042 GUID:7D4C');
  });

  it('draws a lane for each host, and an inferred join differently, with how sure it is', () => {
    const lines = draw([span({}), forward]);
    expect(lines).toContain('client · WIN-042  clock −787 ms ± 157 ms');
    expect(lines).toContain('connection point · CP01');
    expect(lines.find((line) => line.includes('connection point forward'))).toMatch(/ {4,}▓{5,} /);
    expect(lines.join('\n')).toContain('93 % sure, by time · HTTP 403');
  });

  it('says the cause of a failure once, not on every span above it', () => {
    const text = draw([span({}), forward]).join('\n');
    expect(text.split('The connection point has no certificate.')).toHaveLength(2);
  });

  it('makes terminal escapes in names and messages visible', () => {
    const hostile = span({
      name: 'named\u001b]0;title\u0007',
      status: { code: 'error', message: '\u001b[2Jgone' },
      resource: { ...resource, host: 'A\u0007B' },
    });
    const text = draw([hostile]).join('\n');
    expect(text).not.toContain('\u001b');
    expect(text).toContain('\\x1b[2Jgone');
    expect(text).toContain('A\\x07B');
  });

  it('puts a device whose name is long below what happened to it', () => {
    const lines = draw([{ ...span({}), resource: { ...resource, host: 'W'.repeat(60) } }]);
    expect(lines.slice(0, 2)).toEqual(['token renewal  FAILED http_403', `${'W'.repeat(60)} GUID:7D4C`]);
  });

  it('draws a screenful of a trace whose every text is a million characters long', () => {
    const long = 'x'.repeat(1_000_000);
    const huge = span({
      name: long,
      status: { code: 'error', message: `${long} ${long}` },
      resource: { ...resource, host: long },
      attributes: { 'error.type': long, 'ccm.diagnosis.id': long, 'http.response.status_code': long },
    });
    const child = { ...huge, spanId: 'c'.repeat(16), parentSpanId: huge.spanId };
    const lines = draw([huge, child], 80);
    expect(lines.length).toBeLessThan(100);
    expect(lines.join('').length).toBeLessThan(20_000);
  });

  it.each([60, 80, 120, 200])('keeps within %d columns', (columns) => {
    const long = {
      ...forward,
      name: 'x'.repeat(90),
      status: { code: 'error', message: `${'word '.repeat(60)}${'w'.repeat(300)}` },
    } as const;
    expect(draw([span({}), long], columns).filter((line) => Array.from(line).length > columns)).toEqual([]);
    expect(draw([span({}), forward], columns).every((line) => Array.from(line).length <= columns)).toBe(true);
  });
});
