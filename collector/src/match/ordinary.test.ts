import { describe, expect, it } from 'vitest';
import { createRandom, digits, guid, hex, host, letters, pick, type Random } from './fixture-random.ts';
import { framesOf } from './fixture-frames.ts';
import { shipped } from './fixtures.ts';
import { createMatcher, loadMappings } from './index.ts';

const mappings = await loadMappings([shipped]);

/** Ordinary lines as these logs have them between the ones that matter, with values of every kind. */
const ordinary: readonly [(random: Random) => string, ...((random: Random) => string)[]] = [
  (random) => `Begin searching client certificates based on Certificate Issuers ${letters(random, 5)}`,
  (random) => `Completed searching client certificates based on Certificate Issuers ${letters(random, 5)}`,
  (random) => `Updating setting '${letters(random, 6)}' with value ${digits(random, 3)}`,
  (random) =>
    `Raising event:\ninstance of SMS_${letters(random, 7)}Event\n{\n\tClientID = "GUID:${guid(random)}";\n\tProcessID = ${digits(random, 4)};\n};\n`,
  (random) => `Message '{${guid(random)}}' was purged from queue '${letters(random, 6)}'`,
  (random) => `Sending heartbeat to host '${host(random)}', sequence ${digits(random, 4)}`,
  (random) => `Getting assigned site ${letters(random, 3)} from ${host(random)}`,
  (random) => `Failed to get value ${letters(random, 6)} from registry, using default 0x${hex(random, 8)}`,
  (random) => `Client is set to use HTTPS when available. The current state is ${digits(random, 3)}.`,
  (random) => `[----- STARTUP -----] ${letters(random, 4)}`,
  (random) => `Running task ${letters(random, 8)} (${guid(random)}) on thread ${digits(random, 4)}`,
  (random) =>
    `GET: Host=${host(random)}, Path=/${letters(random, 5)}, Port=443, Protocol=https, Flags=${digits(random, 3)}`,
  (random) => `[RegTask] - ${letters(random, 6)} ${letters(random, 6)} ${guid(random)}`,
  (random) => `[CCMHTTP] ${letters(random, 5)}: URL=https://${host(random)}/x, Port=443`,
  (random) => `RequestUri: /${letters(random, 5)}  was added to the routing table of ${host(random)}`,
  (random) => `MessageID: ${guid(random)} was queued for ${host(random)}`,
  (random) => `ProcessRequest - ${letters(random, 6)}`,
  (random) => `TaskManager: Task [${letters(random, 9)}] was created.`,
  (random) => `MP Reg: ${letters(random, 8)} ${letters(random, 6)}.`,
  (random) => `Certificate [Thumbprint ${hex(random, 40)}] issued to '${host(random)}' is in use.`,
  (random) => `${letters(random, 8)} ${letters(random, 6)} ${letters(random, 9)} ${digits(random, 5)}`,
  (random) =>
    `<Request ID="${guid(random)}"><${letters(random, 6)}>${letters(random, 20)}</${letters(random, 6)}></Request>`,
];

describe('the shipped mappings', () => {
  it('know none of 100,000 ordinary lines, in any log', () => {
    const random = createRandom(2026);
    const matcher = createMatcher(mappings);
    const { logs } = mappings.rules;
    const perLog = Math.ceil(100_000 / logs.length);
    const known: string[] = [];
    let lines = 0;
    for (const { log } of logs) {
      const messages = Array.from({ length: perLog }, () => pick(random, ordinary)(random));
      const frames = framesOf(messages, log, '');
      for (let index = 0; index < frames.count; index += 1) {
        const event = matcher.match(frames, index);
        if (event !== undefined) known.push(`${log}: ${event.name}: ${messages[index]}`);
        lines += 1;
      }
    }
    expect(known).toEqual([]);
    expect(lines).toBeGreaterThanOrEqual(100_000);
  }, 60_000);

  it('know a line among them, so that the test above can fail', () => {
    const matcher = createMatcher(mappings);
    const frames = framesOf(['ordinary', 'Issued token', 'ordinary'], 'CCM_STS.log', '');
    expect([0, 1, 2].map((index) => matcher.match(frames, index)?.name)).toEqual([
      undefined,
      'sts.token.issued',
      undefined,
    ]);
  });
});
