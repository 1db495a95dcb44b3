import { statusError, type SpanTable } from '../model/span-table.ts';
import { tierKeys, tierOf, type TierKey } from './tiers.ts';
import type { SpanTree } from './tree.ts';
import type { SilentTier } from './verdict.ts';

/** A band of the waterfall: one service on one host, or a tier that left no span. */
export interface Lane {
  readonly key: string;
  readonly service: string;
  readonly tier: TierKey | undefined;
  readonly host: string;
  /** Name of the colour token: a tier, or `other-N`. */
  readonly colour: string;
  readonly spans: number;
  readonly errors: number;
  /** Why a tier of the request's way has no span; undefined for lanes that have some. */
  readonly silent: SilentTier | undefined;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  /** Lane of each span index. */
  readonly laneOf: Int32Array;
}

interface Building {
  readonly lane: Lane;
  spans: number;
  errors: number;
  /** By appearance. */
  readonly number: number;
}

/** From this confidence on a join counts as proved: an id says so, and there is nothing to be warned of. */
const proved = 0.995;

/** Whether a span's place under its parent is a guess that a reader must be told of. */
export function isInferred(table: SpanTable, span: number): boolean {
  return table.confidence[span]! < proved; // false for NaN
}

/** How sure a guessed place is, in whole per cent and never rounded up; undefined for a place that is proved. */
export function percentSure(table: SpanTable, span: number): number | undefined {
  return isInferred(table, span) ? Math.floor(table.confidence[span]! * 100 + 0.01) : undefined;
}

/**
 * Groups the spans of a trace by service and host; tiers come first, in the order of a request's way, those that left
 * no span (`silent`) among them.
 */
export function buildLanes(table: SpanTable, tree: SpanTree, silent: readonly SilentTier[]): Lanes {
  const found = new Map<string, Building>();
  const laneKey = new Map<string, Map<string, Building>>();
  const ofSpan = new Int32Array(table.count);
  let lastService = '';
  let lastHost = '';
  let last: Building | undefined;
  let others = 0;
  const count = (building: Building, span: number) => {
    building.spans += 1;
    if (table.status[span] === statusError) building.errors += 1;
    ofSpan[span] = building.number;
  };
  for (const span of tree.order) {
    const service = table.services[span]!;
    const host = table.hosts[span]!;
    if (last !== undefined && service === lastService && host === lastHost) {
      count(last, span);
      continue;
    }
    let hosts = laneKey.get(service);
    if (hosts === undefined) laneKey.set(service, (hosts = new Map()));
    let building = hosts.get(host);
    if (building === undefined) {
      const tier = tierOf(service);
      const known = [...hosts.values()][0];
      const colour = tier ?? known?.lane.colour ?? `other-${others++ % 8}`;
      const lane = {
        key: `${service}\n${host}`,
        service,
        tier,
        host,
        colour,
        spans: 0,
        errors: 0,
        silent: undefined,
      };
      building = { lane, spans: 0, errors: 0, number: found.size };
      hosts.set(host, building);
      found.set(lane.key, building);
    }
    [lastService, lastHost, last] = [service, host, building];
    count(building, span);
  }
  for (const quiet of silent) {
    const { tier, host } = quiet;
    const lane = {
      key: `silent\n${tier}`,
      service: '',
      tier,
      host,
      colour: tier,
      spans: 0,
      errors: 0,
      silent: quiet,
    };
    found.set(lane.key, { lane, spans: 0, errors: 0, number: found.size });
  }
  const sorted = [...found.values()].sort((a, b) => rank(a) - rank(b));
  const place = new Int32Array(sorted.length);
  sorted.forEach(({ number }, k) => {
    place[number] = k;
  });
  const laneOf = ofSpan.map((number) => place[number]!);
  return { lanes: sorted.map(({ lane, spans, errors }) => ({ ...lane, spans, errors })), laneOf };
}

function rank({ lane, number }: Building): number {
  return (lane.tier === undefined ? tierKeys.length : tierKeys.indexOf(lane.tier)) * 1e6 + number;
}
