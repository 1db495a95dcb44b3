/**
 * A process that sends the outbox of a store and ends when it is empty; made to be killed.
 * Usage: node sender.ts STORE URL
 */
import { createExporter } from '../../../collector/src/export/index.ts';
import { openStore } from '../../../collector/src/store/index.ts';
import { createMemoryReport } from '../../support/report.ts';

const [folder = '', url = ''] = process.argv.slice(2);
const store = await openStore(folder, { memoryMebibytes: 256, threads: 1 });
const exporter = await createExporter({
  destinations: [{ name: 'tempo', url }],
  outbox: store.outbox,
  report: createMemoryReport(),
  // Small requests: many places to be killed at.
  maxSpans: 10,
});
exporter.start();
await exporter.drained(AbortSignal.timeout(120_000));
await exporter.stop(1000);
await store.close();
