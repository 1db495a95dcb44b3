import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../collector/src/model/span.ts';
import { type LogFile, readLogFiles } from '../support/log-files.ts';
import { createTracer, type Tracer } from '../support/trace-of.ts';
import { readable, type ReadableSpan } from './readable.ts';

const sample = fileURLToPath(new URL('../../collector/sample', import.meta.url));

/** The same without what depends on clocks: following knows of them what came before, one pass all. */
function timelessShapeOf(traces: readonly Trace[]): unknown {
  const timeless = (span: ReadableSpan): unknown => ({
    ...span,
    at: undefined,
    under: span.under?.map(timeless),
  });
  const ids = traces.flatMap(({ spans }) =>
    spans.map(({ traceId, spanId, parentSpanId }) => [traceId, spanId, parentSpanId].join(' ')),
  );
  return { ids: ids.sort(), trees: readable(traces).map(timeless) };
}

/** Ids, tree and records of all spans: what must not change, whatever way the records came. */
function shapeOf(traces: readonly Trace[]): unknown {
  const ids = traces.flatMap(({ spans }) =>
    spans.map(({ traceId, spanId, parentSpanId }) => [traceId, spanId, parentSpanId]),
  );
  return { ids, trees: readable(traces) };
}

/** Where the records of a file begin, but for the first: after a line that ends with an envelope. */
function seamsOf({ bytes }: LogFile): readonly number[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...text.matchAll(/(?:file="[^"]*">|\(0x[0-9A-F]+\)>)\r\n/g)]
    .map(({ index, 0: { length } }) => index + length)
    .filter((at) => at < text.length);
}

/** The file as rolled pieces: stamped names in order of time, the live name last. */
function piecesOf(file: LogFile, at: readonly number[]): readonly LogFile[] {
  const seams = seamsOf(file);
  const chosen =
    seams.length === 0
      ? []
      : [...new Set(at.map((one) => seams[one % seams.length] ?? 0))].sort((a, b) => a - b);
  const ends = [...chosen, file.bytes.length];
  return ends.map((end, index) => ({
    path: index === chosen.length ? file.path : file.path.replace(/\.log$/, `-2026031${index}-010203.log`),
    bytes: file.bytes.subarray(index === 0 ? 0 : chosen[index - 1], end),
  }));
}

describe('spans and their ids', () => {
  let tracer: Tracer;
  let files: readonly LogFile[];
  let whole: unknown;
  beforeAll(async () => {
    tracer = await createTracer();
    files = await readLogFiles(sample);
    whole = shapeOf(tracer.tracesOf(files));
  });

  it('are the same when the files are read in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...files], { minLength: files.length }), (order) => {
        expect(shapeOf(tracer.tracesOf(order))).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });

  it('are the same when files were collected twice', () => {
    const again = files.map((file) => ({ ...file, path: file.path.replace('/', '/collected again/') }));
    expect(shapeOf(tracer.tracesOf([...files, ...again]))).toEqual(whole);
    expect(shapeOf(tracer.tracesOf([...again, ...files]))).toEqual(whole);
  });

  it('are the same when a rolled file is there beside its copy', () => {
    const copies = files.map((file) => ({
      ...file,
      path: file.path.replace(/\.log$/, '-20260309-010203.log'),
    }));
    expect(shapeOf(tracer.tracesOf([...files, ...copies]))).toEqual(whole);
  });

  it('are tried with files that have places to be cut at', () => {
    expect(files.map((file) => seamsOf(file).length)).toEqual(
      expect.arrayContaining([expect.any(Number), 20]),
    );
  });

  it('are the same when files are cut into rolled pieces anywhere', () => {
    const cutting = fc.record({
      which: fc.nat(),
      at: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      copied: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(cutting, { minLength: 1, maxLength: 6 }), (cuttings) => {
        const cuts = new Map(cuttings.map(({ which, ...cut }) => [files[which % files.length], cut]));
        const pieces = files.flatMap((file) => {
          const cut = cuts.get(file);
          if (cut === undefined) return [file];
          return [
            ...piecesOf(file, cut.at),
            ...(cut.copied ? [{ ...file, path: file.path.replace('/', '/copied/') }] : []),
          ];
        });
        expect(shapeOf(tracer.tracesOf(pieces))).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('are the same when records come in any batches, across sources', () => {
    const events = tracer.eventsOf(files);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.integer({ min: 1, max: 50 }),
        (order, size) => {
          const correlator = tracer.correlator();
          for (let at = 0; at < order.length; at += size) correlator.push(order.slice(at, at + size));
          expect(shapeOf(correlator.finish())).toEqual(whole);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are the same when traces are taken while records still come', () => {
    const timeless = timelessShapeOf(tracer.tracesOf(files));
    const events = tracer.eventsOf(files).sort((a, b) => (a.record.timeUs ?? 0) - (b.record.timeUs ?? 0));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 600 }),
        (sizes, lagSeconds) => {
          const correlator = tracer.correlator();
          const traces: Trace[] = [];
          let at = 0;
          for (const size of sizes) {
            const batch = events.slice(at, at + size);
            at += size;
            correlator.push(batch);
            const last = batch.at(-1)?.record.timeUs;
            if (last !== undefined) traces.push(...correlator.advance(last - lagSeconds * 1e6));
          }
          correlator.push(events.slice(at));
          traces.push(...correlator.finish());
          traces.sort((a, b) => a.spans[0].startUs - b.spans[0].startUs || (a.traceId < b.traceId ? -1 : 1));
          expect(timelessShapeOf(traces)).toEqual(timeless);
        },
      ),
      { numRuns: 60 },
    );
  });
});
