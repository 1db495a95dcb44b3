import { openStore } from '../../collector/src/store/index.ts';
import { payloadOf, readMessage } from './logs.ts';

/** What a store holds of the records that a writer wrote, and what the collector said meanwhile. */
export interface StoredRecords {
  /** By log, then by number: in how many spans the record is. */
  readonly spans: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Records whose text is not as it was written. */
  readonly damaged: readonly string[];
}

/** Reads a whole store through its outbox: every trace once, in the order in which it became durable. */
export async function readStored(folder: string): Promise<StoredRecords> {
  const spans = new Map<string, Map<number, number>>();
  const damaged: string[] = [];
  const store = await openStore(folder);
  try {
    const latest = new Map<string, readonly (readonly [log: string, number: number])[]>();
    for (;;) {
      const batch = await store.outbox.read('torture', { maxTraces: 5000, maxSpans: 20_000 });
      if (batch === undefined) break;
      for (const trace of batch.traces) {
        const records = trace.spans.flatMap((span) =>
          span.events.map(({ attributes }) => {
            const path = String(attributes['log.file.path']);
            const log = path.replace(/\.lo_$|(-\d{8}-\d{6})?\.log$/i, '.log').replace(/^.*\/logs\//, '');
            const record = readMessage(payloadOf(String(attributes['log.record.original'])));
            if (record?.whole !== true) damaged.push(`${path} ${String(attributes['ccm.log.offset'])}`);
            return [log, record?.number ?? -1] as const;
          }),
        );
        latest.set(trace.traceId, records);
      }
      await store.outbox.delivered('torture', batch.positions.at(-1) ?? 0);
    }
    for (const [log, number] of [...latest.values()].flat()) {
      const numbers = spans.get(log) ?? new Map<number, number>();
      spans.set(log, numbers.set(number, (numbers.get(number) ?? 0) + 1));
    }
  } finally {
    await store.close();
  }
  return { spans, damaged };
}
