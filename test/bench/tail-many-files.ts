import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../collector/src/base/clock.ts';
import { createFollower } from '../../collector/src/tail/index.ts';

/**
 * What following many files costs: `node test/bench/tail-many-files.ts [FILES] [SECONDS]`. First all at rest, then one in
 * twenty written to ten times a second; prints the processor's share of one core, handles, memory and the time from a write
 * to its reading.
 */
const files = Number(process.argv[2] ?? 5000);
const seconds = Number(process.argv[3] ?? 15);
const record = `<![LOG[${'x'.repeat(120)}]LOG]!><time="14:35:58.738+240" date="10-08-2019" component="C" context="" type="1" thread="1" file="a.cpp:1">\r\n`;

const folder = mkdtempSync(join(tmpdir(), 'ccmtrace-many-'));
const paths = Array.from({ length: files }, (_, index) =>
  join(folder, `HOST${Math.floor(index / 10)}`, 'Logs', `Log${index % 10}.log`),
);
for (const path of paths) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, record.repeat(20));
}

const report = { count: () => {}, lost: () => {}, trouble: () => {} };
const follower = await createFollower([{ path: folder }], {
  report,
  clock: systemClock,
  pollMs: 500,
  checkpointFile: join(folder, 'state.json'),
});
const waiting = new Map<string, number>();
const delays: number[] = [];
let rounds = 0;
let settled: (() => void) | undefined;
const began = performance.now();
const reading = (async () => {
  for await (const followed of follower) {
    if (followed.kind === 'quiet') {
      rounds += 1;
      settled?.();
      continue;
    }
    if (followed.kind === 'behind') continue;
    const { chunk } = followed;
    const { source } = chunk;
    const since = waiting.get(source.path);
    if (since !== undefined) delays.push(performance.now() - since);
    waiting.delete(source.path);
    const end = chunk.offsetOf(chunk.bytes.length);
    const ends = new Map([[source, end]]);
    follower.keep({ durable: ends, told: ends, met: new Map(), mark: 0 });
  }
})();

await new Promise<void>((resolve) => (settled = resolve));
print('first read', performance.now() - began);
await phase('at rest', async () => {});
await phase('one in twenty written to', async () => {
  for (let index = 0; index < files; index += 20) {
    const path = paths[index] ?? '';
    if (!waiting.has(path)) waiting.set(path, performance.now());
    appendFileSync(path, record);
  }
});
delays.sort((a, b) => a - b);
const part = (share: number): string => (delays[Math.floor(delays.length * share)] ?? Number.NaN).toFixed(0);
process.stdout.write(
  `from write to read: median ${part(0.5)} ms, 99th ${part(0.99)} ms, of ${delays.length}\n`,
);
await follower.close();
await reading;
rmSync(folder, { recursive: true });

async function phase(name: string, write: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  rounds = 0;
  while (performance.now() - start < seconds * 1000) {
    await write();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const used = process.cpuUsage(cpu);
  const share = ((used.user + used.system) / 1000 / (performance.now() - start)) * 100;
  print(name, performance.now() - start, `${share.toFixed(1)} % of a core, ${rounds} rounds`);
}

function print(name: string, ms: number, rest = ''): void {
  const handles = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : Number.NaN;
  const memory = (process.memoryUsage().rss / 1_048_576).toFixed(0);
  process.stdout.write(
    `${name}: ${(ms / 1000).toFixed(1)} s, ${handles} handles, ${memory} MiB resident${rest === '' ? '' : `, ${rest}`}\n`,
  );
}
