import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSoakFleet } from './fleet-logs.ts';

/** Writes logs until the time is over: `writer.ts FOLDER LOGS RECORDS_PER_SECOND SECONDS SEED`; its totals go beside the folder. */
const [folder = '.', logs = '200', rate = '2000', seconds = '3600', seed = '1'] = process.argv.slice(2);
const fleet = createSoakFleet(folder, Number(logs), Number(rate), Number(seed));
const startMs = Date.now();
const endMs = startMs + Number(seconds) * 1000;
let worstMs = 0;
for (let tickMs = startMs; tickMs < endMs; tickMs += 100) {
  fleet.tick(tickMs);
  const behindMs = Date.now() - (tickMs + 100);
  worstMs = Math.max(worstMs, behindMs);
  if (tickMs % 5000 < 100)
    writeFileSync(join(folder, '..', 'written.json'), JSON.stringify({ ...fleet.written, worstMs }));
  if (behindMs < 0) await wait(-behindMs);
}
writeFileSync(join(folder, '..', 'written.json'), JSON.stringify({ ...fleet.written, worstMs, done: true }));
