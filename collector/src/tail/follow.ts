import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { Chunk } from '../contract/chunk.ts';
import type { Followed, Follower, Lag } from '../contract/follower.ts';
import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import { createReading } from './chunks.ts';
import { createSources, discover, type LogInput } from './discover.ts';
import { detectEncoding } from './encoding.ts';

export interface FollowOptions {
  readonly report: Report;
  readonly clock: Clock;
  readonly pollMs: number;
  /** File that holds how far each generation is durable. */
  readonly checkpointFile: string;
}

interface Followee {
  readonly path: string;
  source: LogSource;
  offset: number;
  reading: { chunk(bytes: Buffer, last: boolean): Chunk } | undefined;
  binary: boolean;
}

/** Looks at every file in turn, reads what was added, and waits. */
export function follow(inputs: readonly LogInput[], options: FollowOptions): Follower {
  const { report, clock, pollMs } = options;
  const stop = new AbortController();
  const sourceOf = createSources();
  const files = new Map<string, Followee>();
  const quiet: Report = { ...report, trouble: () => {}, lost: () => {} };
  let lag: Lag = { bytes: 0, seconds: 0 };
  let firstLook = true;

  async function* run(): AsyncGenerator<Followed> {
    while (!stop.signal.aborted) {
      const atUs = clock.nowUs();
      const found = await discover(inputs, firstLook ? report : quiet);
      firstLook = false;
      for (const { path, input, kind, size } of found) {
        if (kind !== 'log') continue;
        const file = files.get(path) ?? {
          path,
          source: sourceOf(path, input),
          offset: 0,
          reading: undefined,
          binary: false,
        };
        files.set(path, file);
        if (size < file.offset)
          Object.assign(file, {
            source: sourceOf(path, input),
            offset: 0,
            reading: undefined,
            binary: false,
          });
        if (size > file.offset && !file.binary) yield* readNew(file, size, input.encoding);
        if (stop.signal.aborted) return;
      }
      lag = { bytes: 0, seconds: 0 };
      yield { kind: 'quiet', atUs };
      await wait(pollMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  }

  async function* readNew(
    file: Followee,
    size: number,
    encoding: string | undefined,
  ): AsyncGenerator<Followed> {
    const handle = await open(file.path).catch(() => undefined);
    if (handle === undefined) return;
    try {
      while (file.offset < size) {
        const bytes = Buffer.alloc(Math.min(262_144, size - file.offset));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, file.offset);
        if (bytesRead === 0) return;
        const part = bytes.subarray(0, bytesRead);
        if (file.reading === undefined) {
          const told = encoding === undefined ? detectEncoding(part) : { encoding, markBytes: 0 };
          if (told === 'binary') {
            file.binary = true;
            return;
          }
          file.reading = createReading(file.source, told.encoding, 0);
        }
        file.offset += bytesRead;
        yield { kind: 'chunk', chunk: file.reading.chunk(part, false) };
      }
    } finally {
      await handle.close();
    }
  }

  return {
    [Symbol.asyncIterator]: run,
    durable: () => {},
    lag: () => lag,
    close: async () => {
      stop.abort();
    },
  };
}
