import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Span, Trace } from '../../collector/src/model/span.ts';
import { type LogFile, readLogFiles } from '../support/log-files.ts';
import { createTracer } from '../support/trace-of.ts';

/** The document's own messages, in envelopes made by hand: four tiers, three time zones. */
describe("the document's own messages", () => {
  let files: readonly LogFile[];
  let traces: readonly Trace[];
  beforeAll(async () => {
    files = await readLogFiles(fileURLToPath(new URL('document/logs', import.meta.url)));
    traces = (await createTracer()).tracesOf(files);
  });

  it('give exactly three traces', () => {
    expect(traces.map(({ spans }) => spans[0].name)).toEqual([
      'client install',
      'client registration',
      'token renewal',
    ]);
  });

  it('give each trace a token request that reaches the token service through the connection point', () => {
    for (const trace of traces)
      expect(pathsOf(trace)).toContain(
        `${trace.spans[0].name} › token request › connection point forward › issue token`,
      );
  });

  it('give the registration its half on the management point', () => {
    expect(traces[1] && pathsOf(traces[1])).toContain('client registration › registration › register client');
  });

  it('mark nothing as failed but the attempt at a device token, and that as a warning', () => {
    const failed = traces.flatMap(({ spans }) => spans).filter(({ status }) => status.code === 'error');
    expect(
      failed.map(({ name, attributes }) => [name, attributes['error.type'], attributes['ccm.warning']]),
    ).toEqual([
      ['entra token request', 'entra_device_token', 'WIN-042 got no Entra device token (0xd0090016).'],
    ]);
  });

  it('lead from every span event to its byte in its file', () => {
    const bytes = new Map(files.map((file) => [file.path, file.bytes]));
    const events = traces.flatMap(({ spans }) => spans.flatMap((span) => span.events));
    expect(events.length).toBeGreaterThan(60);
    for (const { attributes } of events) {
      const file = bytes.get(String(attributes['log.file.path']));
      const record = new TextDecoder().decode(
        file?.subarray(Number(attributes['ccm.log.offset'])).subarray(0, 4000),
      );
      const [firstLine = ''] = String(attributes['log.record.original']).split('\n', 1);
      expect(record.replace(/^<!\[LOG\[/, '').startsWith(firstLine)).toBe(true);
    }
  });

  it('give child spans that lie within their parents', () => {
    for (const trace of traces)
      for (const span of trace.spans) {
        const parent = parentOf(span, trace);
        if (parent === undefined) continue;
        expect(span.startUs).toBeGreaterThanOrEqual(parent.startUs);
        expect(span.endUs).toBeLessThanOrEqual(parent.endUs);
      }
  });
});

function parentOf(span: Span, { spans }: Trace): Span | undefined {
  return spans.find(({ spanId }) => spanId === span.parentSpanId);
}

/** Names from the root down to each span. */
function pathsOf(trace: Trace): readonly string[] {
  return trace.spans.map((span) => {
    const names = [span.name];
    for (let at = parentOf(span, trace); at !== undefined; at = parentOf(at, trace)) names.unshift(at.name);
    return names.join(' › ');
  });
}
