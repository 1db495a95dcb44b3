import type { TimedEvent } from '../records/known-events.ts';
import type { SpanNode } from './span-node.ts';

/** A line of CMGService.log that counts the requests of an interval: never a span of one request. */
interface Counted {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly averageMs: number;
}

export interface GatewayCounters {
  /** In order of time. */
  see(event: TimedEvent): void;
  /** Average of the interval that holds the request, milliseconds; undefined where none does. */
  averageFor(node: SpanNode): number | undefined;
  forgetBefore(timeUs: number): void;
}

/** How long a line counts where no earlier one tells. */
const firstIntervalUs = 60e6;
const longestIntervalUs = 300e6;

export function createGatewayCounters(): GatewayCounters {
  const byPath = new Map<string, Counted[]>();
  const lastUs = new Map<string, number>();
  return {
    see({ record, attributes }) {
      const { timeUs } = record;
      const path = attributes['url.path'];
      const averageMs = attributes['ccm.cmg.average_elapsed_ms'];
      if (typeof path !== 'string' || typeof averageMs !== 'number') return;
      const key = `${record.source.host}\0${path.toLowerCase()}`;
      const before = lastUs.get(key);
      const fromUs =
        before === undefined ? timeUs - firstIntervalUs : Math.max(before, timeUs - longestIntervalUs);
      lastUs.set(key, timeUs);
      const last = lastPart(path);
      const list = byPath.get(last) ?? [];
      byPath.set(last, list);
      list.push({ fromUs, untilUs: timeUs, averageMs });
    },
    averageFor({ segment, startUs, endUs }) {
      const list = byPath.get(lastPart(segment.urlPath));
      return list?.find(({ fromUs, untilUs }) => fromUs <= startUs && endUs <= untilUs)?.averageMs;
    },
    forgetBefore(timeUs) {
      for (const [path, list] of byPath)
        byPath.set(
          path,
          list.filter(({ untilUs }) => untilUs >= timeUs),
        );
    },
  };
}

/** The gateway's paths and the client's differ in their leading folders and in case. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
