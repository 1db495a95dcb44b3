import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeMetrics } from '../../collector/src/export/metrics.ts';
import { encodeSpans, type Encoding, type Signal, toLogs } from '../../collector/src/export/signals.ts';
import { spansToOtlp } from '../../collector/src/model/otlp.ts';
import type { Span, Trace } from '../../collector/src/model/span.ts';
import { createTelemetry } from '../../collector/src/telemetry/index.ts';
import { tracesOfGoldens } from '../support/goldens.ts';
import { madeTrace } from '../support/traces.ts';
import { officialDecoder, skipNote } from './programs/find.ts';
import { inFolder } from './programs/run.ts';

const decoder = await officialDecoder();
const script = join(import.meta.dirname, 'programs/decode.py');

interface Decoded {
  /** Encoding again gave the same bytes. */
  readonly same: boolean;
  readonly parsed: unknown;
}

async function decode(
  signal: Signal | 'metrics',
  encoding: 'protobuf' | 'json',
  bodies: readonly Uint8Array[],
) {
  return inFolder(async (folder) => {
    const paths = bodies.map((_, i) => join(folder, String(i)));
    await Promise.all(bodies.map(async (body, i) => writeFile(paths[i] ?? '', body)));
    const { stdout, stderr } = spawnSync(decoder.path, [script, signal, encoding, ...paths], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Decoded[];
  });
}

/** OTLP's JSON as the official library prints it: ids in base64. */
function asPrinted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, part: unknown) =>
    ['traceId', 'spanId', 'parentSpanId'].includes(name)
      ? Buffer.from(String(part), 'hex').toString('base64')
      : part,
  );
}

describe.skipIf(decoder.missing !== '')(
  `OTLP, decoded by the official definitions${skipNote(decoder)}`,
  () => {
    let goldens: ReadonlyMap<string, readonly Trace[]>;
    let spans: readonly (readonly Span[])[];
    beforeAll(async () => {
      goldens = await tracesOfGoldens();
      spans = [...goldens.values()].map((traces) => traces.flatMap((trace) => trace.spans));
    });

    it('has goldens to go by', () => {
      expect(goldens.size).toBeGreaterThan(20);
      expect(spans.every((each) => each.length > 0)).toBe(true);
    });

    it.each(['http/protobuf', 'http/json'] as const)(
      'is whole in %s for the traces of every golden',
      async (encoding) => {
        const decoded = await decode(
          'traces',
          short(encoding),
          spans.map((each) => encodeSpans('traces', encoding, each).bytes),
        );
        expect(decoded.map(({ parsed }) => parsed)).toEqual(
          spans.map((each) => asPrinted(spansToOtlp(each))),
        );
        expect(decoded.every(({ same }) => same)).toBe(true);
      },
    );

    it.each(['http/protobuf', 'http/json'] as const)(
      'is whole in %s for the records of every golden',
      async (encoding) => {
        const decoded = await decode(
          'logs',
          short(encoding),
          spans.map((each) => encodeSpans('logs', encoding, each).bytes),
        );
        expect(decoded.map(({ parsed }) => parsed)).toEqual(
          spans.map((each) => asPrinted(toLogs(spansToOtlp(each)))),
        );
        expect(decoded.every(({ same }) => same)).toBe(true);
      },
    );

    it('is the same metrics in protobuf and JSON', async () => {
      const log = { level: 'error', format: 'text', write: () => undefined } as const;
      const telemetry = createTelemetry({ clock: { nowUs: () => 1_735_693_200_000_000 }, version: '1', log });
      telemetry.observe([madeTrace({ number: 1 }), madeTrace({ number: 2, errorType: 'http_401' })]);
      const snapshot = await telemetry.snapshot();
      const body = (encoding: Encoding) =>
        encodeMetrics(encoding, snapshot, { 'service.name': 'ccmtrace' }, 1_735_693_260_000_000);
      const [protobuf] = await decode('metrics', 'protobuf', [body('http/protobuf')]);
      const [json] = await decode('metrics', 'json', [body('http/json')]);
      expect(protobuf?.parsed).toEqual(json?.parsed);
      expect(JSON.stringify(protobuf?.parsed)).toContain('"ccm.token.request.duration"');
    });

    it('would not pass with a field of a wrong kind', async () => {
      const body = Buffer.from(
        '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00","kind":"odd"}]}]}]}',
      );
      await expect(decode('traces', 'json', [body])).rejects.toThrow(/kind/);
    });
  },
);

function short(encoding: Encoding): 'protobuf' | 'json' {
  return encoding === 'http/json' ? 'json' : 'protobuf';
}
