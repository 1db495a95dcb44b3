import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Calls of one service: what it served, and by endpoint called what it called; all ascending by start. */
export interface ServiceCalls {
  readonly service: string;
  readonly servedStartUs: Float64Array;
  readonly servedEndUs: Float64Array;
  /** Index of the endpoint served. */
  readonly servedKind: Int32Array;
  /** Number of the trace of each served span. */
  readonly servedTrace: Int32Array;
  readonly slots: readonly CallSlot[];
}

export interface CallSlot {
  readonly name: string;
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  /** Row of the served span that made each call. */
  readonly truth: Int32Array;
}

type Span = readonly [string, string | null, string, string, string, number, number];

interface Line {
  readonly trace: string;
  readonly spans: readonly Span[];
}

export const publicSets = ['hotel_load75', 'hotel_load125', 'media_load50', 'node_load75'] as const;

/**
 * The task of one set: for each service the spans it served and the calls it made to others, without ids. As published, a service
 * of which only some spans call is left out (first come gives the published figures with this reading); `whole` takes
 * these in, and the local spans of services that tell no kinds.
 */
export function readPublicSet(name: string, whole = false): readonly ServiceCalls[] {
  const path = new URL(`data/traceweaver/${name}.ndjson.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');
  const traces = lines.map((line) => JSON.parse(line) as Line);
  const served = new Map<string, { span: Span; trace: number }[]>();
  const called = new Map<string, Map<string, { span: Span; parent: string }[]>>();
  traces.forEach(({ spans }, trace) => {
    const byId = new Map(spans.map((span) => [span[0], span]));
    const parents = new Set<string>();
    for (const span of spans) {
      const parent = span[1] === null ? undefined : byId.get(span[1]);
      if (parent === undefined || sameCall(parent, span) || (!whole && isLocal(parent, span))) continue;
      parents.add(parent[0]);
      const slots = called.get(parent[2]) ?? new Map<string, { span: Span; parent: string }[]>();
      called.set(parent[2], slots);
      const key = `${span[2]} ${span[3]}`;
      const list = slots.get(key) ?? [];
      slots.set(key, list);
      list.push({ span, parent: `${trace}/${parent[0]}` });
    }
    for (const span of spans) {
      const list = served.get(span[2]) ?? [];
      served.set(span[2], list);
      list.push({ span, trace });
    }
  });
  const tasks = [...called].flatMap(([service, slots]) => tasksOf(service, served.get(service) ?? [], slots));
  const calls = (task: ServiceCalls): boolean =>
    task.slots.every(({ startUs }) => startUs.length === task.servedStartUs.length);
  return whole ? tasks : tasks.filter(calls);
}

/** A client span and the server span of the same call are one: connections tell that. */
function sameCall(parent: Span, child: Span): boolean {
  return parent[4] === 'client' && child[4] === 'server' && parent[3] === child[3];
}

/** Work inside a service, where spans tell no kind. */
function isLocal(parent: Span, child: Span): boolean {
  return child[4] === '' && parent[2] === child[2];
}

function tasksOf(
  service: string,
  all: readonly { span: Span; trace: number }[],
  slots: ReadonlyMap<string, readonly { span: Span; parent: string }[]>,
): ServiceCalls[] {
  // Endpoints that never call anything of a slot are no candidates for it: the call graph is known, its instances are not.
  const kindOf = new Map<string, string>();
  for (const { span, trace } of all)
    kindOf.set(`${trace}/${span[0]}`, span[3] + span[4] + String(span[1] === null));
  const groups = new Map<string, { kinds: Set<string>; slots: string[] }>();
  for (const [slot, calls] of slots) {
    const kinds = new Set(calls.map(({ parent }) => kindOf.get(parent) ?? ''));
    const shared = [...groups.values()].find((group) => [...kinds].some((kind) => group.kinds.has(kind)));
    const group = shared ?? { kinds: new Set<string>(), slots: [] };
    if (shared === undefined) groups.set(slot, group);
    for (const kind of kinds) group.kinds.add(kind);
    group.slots.push(slot);
  }
  return [...groups.values()].map(({ kinds, slots: names }) => {
    const rows = all
      .filter(({ span, trace }) => kinds.has(kindOf.get(`${trace}/${span[0]}`) ?? ''))
      .sort((a, b) => a.span[5] - b.span[5] || a.span[6] - b.span[6] || (a.span[0] < b.span[0] ? -1 : 1));
    const rowOf = new Map(rows.map(({ span, trace }, at) => [`${trace}/${span[0]}`, at]));
    const kindNumbers = new Map([...kinds].sort().map((kind, at) => [kind, at]));
    return {
      service,
      servedStartUs: Float64Array.from(rows, ({ span }) => span[5]),
      servedEndUs: Float64Array.from(rows, ({ span }) => span[5] + span[6]),
      servedKind: Int32Array.from(
        rows,
        ({ span, trace }) => kindNumbers.get(kindOf.get(`${trace}/${span[0]}`) ?? '') ?? 0,
      ),
      servedTrace: Int32Array.from(rows, ({ trace }) => trace),
      slots: names.map((name): CallSlot => {
        const calls = [...(slots.get(name) ?? [])].sort(
          (a, b) => a.span[5] - b.span[5] || a.span[6] - b.span[6] || (a.span[0] < b.span[0] ? -1 : 1),
        );
        return {
          name,
          startUs: Float64Array.from(calls, ({ span }) => span[5]),
          endUs: Float64Array.from(calls, ({ span }) => span[5] + span[6]),
          truth: Int32Array.from(calls, ({ parent }) => rowOf.get(parent) ?? -1),
        };
      }),
    };
  });
}

/** Share of traces with every call right, given for each task and slot the served row of each call. */
export function endToEnd(tasks: readonly ServiceCalls[], found: readonly (readonly Int32Array[])[]): number {
  const traces = new Set<number>();
  const wrong = new Set<number>();
  tasks.forEach((task, at) => {
    task.slots.forEach((slot, k) => {
      slot.truth.forEach((parent, call) => {
        const trace = task.servedTrace[parent] ?? -1;
        traces.add(trace);
        if (found[at]?.[k]?.[call] !== parent) wrong.add(trace);
      });
    });
  });
  return 1 - wrong.size / traces.size;
}
