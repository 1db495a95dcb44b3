import { openStore } from '../../collector/src/store/index.ts';
import { madeTrace } from '../support/traces.ts';

/**
 * Writes batches until it is killed, and says after each how far it is durable: `node crash-writer.ts FOLDER FIRST`.
 * Every third batch also replaces a trace of the one before, and after a few batches their traces are settled.
 */
const [folder = '', first = '0'] = process.argv.slice(2);
const store = await openStore(folder, { settleTraces: 50 });
for (let batch = Number(first); ; batch += 1) {
  const traces = Array.from({ length: 20 }, (_, i) => madeTrace({ number: batch * 20 + i }));
  if (batch % 3 === 2) traces.push(madeTrace({ number: (batch - 1) * 20, durationUs: 7 }));
  await store.write(traces);
  process.stdout.write(`${batch}\n`);
  if (batch % 10 !== 9) continue;
  // Runs are settled and merged now, between the lines.
  process.stdout.write('maintaining\n');
  await store.maintain({ maxAgeUs: 0, maxBytes: 0 });
  process.stdout.write('maintained\n');
}
