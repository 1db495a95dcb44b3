import { fileURLToPath } from 'node:url';
import type { Chunk } from '../../collector/src/contract/chunk.ts';
import { createCorrelator, loadKnowledge } from '../../collector/src/correlate/index.ts';
import { createMatcher, loadMappings } from '../../collector/src/match/index.ts';
import type { LogEvent } from '../../collector/src/model/event.ts';
import type { Trace } from '../../collector/src/model/span.ts';
import { createFramer } from '../../collector/src/parse/index.ts';
import type { LogFile } from './log-files.ts';
import { createMemoryReport } from './report.ts';

type CorrelatorOptions = Parameters<typeof createCorrelator>[0];

/** Files → events → traces by the real stages, without tail: hosts are the first folder of each path. */
export interface Tracer {
  eventsOf(files: readonly LogFile[]): LogEvent[];
  tracesOf(files: readonly LogFile[], options?: Partial<CorrelatorOptions>): readonly Trace[];
  correlator(options?: Partial<CorrelatorOptions>): ReturnType<typeof createCorrelator>;
}

/** Loads the shipped mappings and stories once. */
export async function createTracer(): Promise<Tracer> {
  const folders = [fileURLToPath(new URL('../../mappings', import.meta.url))];
  const [mappings, knowledge] = await Promise.all([loadMappings(folders), loadKnowledge(folders)]);

  function eventsOf(files: readonly LogFile[]): LogEvent[] {
    const matcher = createMatcher(mappings);
    const events: LogEvent[] = [];
    files.forEach((file, index) => {
      const framer = createFramer({ maxRecordBytes: 1 << 20, report: createMemoryReport() });
      for (const frames of framer.push(chunkOf(file, index)))
        for (let i = 0; i < frames.count; i++) {
          const event = matcher.match(frames, i);
          if (event !== undefined) events.push(event);
        }
    });
    return events;
  }

  const correlator = (options: Partial<CorrelatorOptions> = {}): ReturnType<typeof createCorrelator> =>
    createCorrelator({ knowledge, report: createMemoryReport(), ...options });

  return {
    eventsOf,
    correlator,
    tracesOf(files, options) {
      const made = correlator(options);
      made.push(eventsOf(files));
      return made.finish();
    },
  };
}

function chunkOf({ path, bytes }: LogFile, generation: number): Chunk {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const log = name.replace(/-\d{8}-\d{6}(?=\.log$)/i, '').replace(/\.lo_$/i, '.log');
  return {
    source: { path, host: path.split('/', 1)[0] ?? '', log, generation },
    bytes,
    encoding: 'utf-8',
    offsetOf: (index) => index,
    last: true,
  };
}
