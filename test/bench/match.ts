import { join } from 'node:path';
import type { RecordFrames } from '../../collector/src/contract/frames.ts';
import { createMatcher, loadMappings } from '../../collector/src/match/index.ts';
import type { LogSource } from '../../collector/src/model/record.ts';
import { createFramer } from '../../collector/src/parse/index.ts';
import { createRandom, type Random } from '../../collector/src/simulate/random.ts';

/**
 * How fast records are told from those that matter: `npm run bench:match`. Prints records a second, nanoseconds for
 * a record that matches nothing and for one that does, and how the time grows with the input (1 is linear).
 */
const ordinary: readonly [string, ...string[]] = [
  'Begin searching client certificates based on Certificate Issuers',
  'Updating setting CacheSize with value 5120 for this machine because policy changed since the last evaluation',
  "Message '{0E9A7C3D-9B1F-4E53-9B80-2B7D0C6E1A11}' was purged from queue 'mp:[http]mp_ddrendpoint' after 3 days",
  'Sending heartbeat to the notification server, sequence 18, next in 900 seconds',
  'Client is set to use HTTPS when available. The current state is 480.',
  'Getting assigned site MEM from the management point over HTTPS with the certificate of the machine',
];
const known: readonly [string, ...string[]] = [
  "Sending remote sync message '{BD03DEED-D09A-4E63-ADAD-596376FFB0DA}' to host 'CMG.CLOUDAPP.NET/CCM_Proxy_MutualAuth/72186325152220500' endpoint 'MP_PolicyManager'. Flags 0x280, sender account empty",
  'Getting CCM Token from https://CMG.CLOUDAPP.NET/CCM_Proxy_ServerAuth/72186325152220500/CCM_STS',
  "Cached encrypted token for 'S-1-5-18'. Will expire at '01/10/2020 17:14:54'",
  '[CCMHTTP] ERROR INFO: StatusCode=401 StatusText=CMGConnector_Unauthorized',
];

const source: LogSource = { path: 'PC/CcmMessaging.log', host: 'PC', log: 'CcmMessaging.log', generation: 0 };

/** A log of so many records, of which so many in a hundred matter. */
function logOf(records: number, share: number, random: Random): Uint8Array {
  const lines = Array.from({ length: records }, (_, index) => {
    const message = random.pick(random.chance(share / 100) ? known : ordinary);
    return `<![LOG[${message}]LOG]!><time="12:${String(index % 60).padStart(2, '0')}:09.123-120" date="06-24-2020" component="CcmMessaging" context="" type="1" thread="4992" file="x.cpp:12">\r\n`;
  });
  return new TextEncoder().encode(lines.join(''));
}

/** Processor time of this process, so that other programs' load does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Timing {
  readonly records: number;
  readonly events: number;
  readonly matchMs: number;
  readonly wholeMs: number;
}

const mappings = await loadMappings([join(import.meta.dirname, '../../mappings')]);

/** Frames and matches a log; the time of matching alone is told apart from that of the whole. */
function measure(bytes: Uint8Array, rounds: number): Timing {
  const matcher = createMatcher(mappings);
  let best: Timing | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const framer = createFramer({});
    let records = 0;
    let events = 0;
    let matchMs = 0;
    const began = cpuMs();
    const chunk = { source, bytes, encoding: 'utf-8', offsetOf: (index: number) => index, last: true };
    for (const frames of framer.push(chunk)) {
      const before = cpuMs();
      events += matchAll(matcher, frames);
      matchMs += cpuMs() - before;
      records += frames.count;
    }
    const timing = { records, events, matchMs, wholeMs: cpuMs() - began };
    if (best === undefined || timing.wholeMs < best.wholeMs) best = timing;
  }
  if (best === undefined) throw new Error('no round was measured');
  return best;
}

function matchAll(matcher: ReturnType<typeof createMatcher>, frames: RecordFrames): number {
  let events = 0;
  for (let index = 0; index < frames.count; index += 1)
    if (matcher.match(frames, index) !== undefined) events += 1;
  return events;
}

const random = createRandom('match');
const rows = [
  ['nothing matters', measure(logOf(50_000, 0, random), 8)],
  ['2 in 100 matter', measure(logOf(50_000, 2, random), 8)],
  ['2 in 100, 4 × the size', measure(logOf(200_000, 2, random), 4)],
  ['all matter', measure(logOf(50_000, 100, random), 4)],
] as const;
const print = (text: string): void => void process.stdout.write(`${text}\n`);
for (const [name, { records, events, matchMs, wholeMs }] of rows) {
  const perRecord = ((matchMs * 1e6) / records).toFixed(0);
  const rate = Math.round((records / wholeMs) * 1000).toLocaleString('en');
  print(
    `${name.padEnd(24)} ${String(records).padStart(7)} records ${String(events).padStart(6)} events  match ${perRecord.padStart(5)} ns a record, framed and matched ${rate} records/s`,
  );
}
const [, [, small], [, large]] = rows;
print(`time for 4 × the size: ${(large.matchMs / small.matchMs / 4).toFixed(2)} × the linear share`);
