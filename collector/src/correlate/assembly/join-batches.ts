import type { TellJoinCheck } from '../../contract/join-check.ts';
import type { ClockCorrection, HopGaps, Join, JoinOptions, JoinResult } from '../join/index.ts';
import type { Segment } from '../segment.ts';
import type { StorySegment } from '../stories/story-segment.ts';

export interface BatchOptions {
  readonly join: (
    segments: readonly Segment[],
    options: Partial<JoinOptions>,
    before?: HopGaps,
  ) => JoinResult;
  readonly joins: Partial<JoinOptions>;
  readonly checked: TellJoinCheck;
  /** A stretch without any hop that is longer than clocks may differ: nothing can be joined across it. */
  readonly quietUs: number;
  /** Hops wait until they can be joined with this much company. */
  readonly minSpanUs: number;
  /** They wait no longer than this where no stretch is quiet. */
  readonly maxSpanUs: number;
  /** Around a cut without quiet: how far apart as logged a caller and what it called may begin. */
  readonly marginUs: number;
  /** Decided hops that late evidence is compared with. */
  readonly history: number;
  /** The newest decided hops that gaps are learned from. */
  readonly recent: number;
  /** Client hosts whose last joins are kept to learn their clocks from. */
  readonly maxHosts: number;
}

/** A place that was not sure enough, or came too late. */
export interface HopLink {
  readonly to: StorySegment;
  readonly join: Join;
}

/** What was decided of the hops between hosts. */
export interface JoinBatches {
  /** A hop whose records are complete; in any order. */
  add(hop: StorySegment): void;
  /** All hops that began before `knownUntilUs` were added. Returns until when everything is decided. */
  decide(knownUntilUs: number): number;
  /** A hop is not decided yet. */
  readonly waits: boolean;
  callsOf(caller: Segment): readonly Join[];
  /** Candidates that were not sure enough, or whose trace is out already; links go from the span asked for. */
  linksOf(segment: Segment): readonly HopLink[];
  parentOf(callee: Segment): Join | undefined;
  clockOf(host: string, timeUs: number): ClockCorrection | undefined;
  /** Its trace is out: what refers to it becomes a link from now on. */
  forget(segment: Segment): void;
}

/**
 * Joins hops in batches, each as large as what is known allows: one pass is one batch. A batch ends at a quiet stretch, else
 * after `maxSpanUs`, and is then joined together with the hops just after it. The hops before it, without their
 * records, go with it: gaps and clocks are learned from them.
 */
export function createJoinBatches(options: BatchOptions): JoinBatches {
  const { marginUs } = options;
  let waiting: StorySegment[] = [];
  let late: StorySegment[] = [];
  let history: StorySegment[] = [];
  let recent: Segment[] = [];
  /** Hops just before a cut without quiet: what calls them may begin after it. */
  let carried: readonly StorySegment[] = [];
  /** The last joins of each client host, the newest host last. */
  const pairsOf = new Map<string, Segment[][]>();
  const calls = new Map<Segment, Join[]>();
  const links = new Map<Segment, HopLink[]>();
  const parents = new Map<Segment, Join>();
  const out = new WeakSet<Segment>();
  const clocks: {
    readonly fromUs: number;
    readonly byHost: ReadonlyMap<string, readonly ClockCorrection[]>;
  }[] = [];
  let gaps: HopGaps | undefined;
  let batches = 0;
  let decidedUntilUs = -Infinity;

  function keep(join: Join): void {
    const { caller, callee } = join;
    if (join.place === 'parent' && !parents.has(callee) && !out.has(callee) && !out.has(caller)) {
      parents.set(callee, join);
      push(calls, caller, join);
    } else if (!out.has(callee)) push(links, callee, { to: caller as StorySegment, join });
    else if (!out.has(caller)) push(links, caller, { to: callee as StorySegment, join });
  }

  function run(hops: readonly StorySegment[], around: readonly StorySegment[]): void {
    const known = new Set(carried.map(({ key, name }) => `${name}\0${key}`));
    const past = new Set([...recent, ...hops.flatMap(({ host }) => pairsOf.get(host)?.flat() ?? [])]);
    const learned = [...past].filter(({ key, name }) => !known.has(`${name}\0${key}`));
    const check = batches++ % checkEvery === 0;
    const result = options.join(
      [...learned, ...carried, ...around, ...hops],
      { ...options.joins, check },
      gaps,
    );
    gaps = result.gaps;
    const own = new Set<Segment>(hops);
    for (const { caller, check: checked } of result.checks) if (own.has(caller)) options.checked(checked);
    const placed = result.joins.filter((join) => own.has(join.caller));
    for (const join of placed) keep(join);
    learn(
      hops,
      placed.filter(({ place }) => place === 'parent'),
    );
    clocks.push({ fromUs: hops[0]?.startUs ?? 0, byHost: Map.groupBy(result.clocks, ({ host }) => host) });
    if (clocks.length > maxClocks) clocks.shift();
  }

  /** Keeps what later batches learn from, without its records. */
  function learn(hops: readonly StorySegment[], joins: readonly Join[]): void {
    const light = new Map<Segment, Segment>(hops.map((hop) => [hop, { ...hop, events: [], children: [] }]));
    const below = Map.groupBy(joins, ({ caller }) => caller);
    const group = (caller: Segment): Segment[] => [
      light.get(caller) ?? { ...caller, events: [], children: [] },
      ...(below.get(caller) ?? []).flatMap(({ callee }) => group(callee)),
    ];
    for (const caller of below.keys()) {
      if (caller.tier !== 'client') continue;
      const groups = pairsOf.get(caller.host) ?? [];
      pairsOf.delete(caller.host);
      pairsOf.set(caller.host, [...groups.slice(1 - pairsKept), group(caller)]);
    }
    for (const host of pairsOf.keys()) {
      if (pairsOf.size <= options.maxHosts) break;
      pairsOf.delete(host);
    }
    recent = [...recent, ...light.values()].slice(-options.recent);
  }

  function decideLate(): void {
    if (late.length === 0) return;
    const hops = late;
    late = [];
    const from = Math.min(...hops.map(({ startUs }) => startUs)) - marginUs;
    const until = Math.max(...hops.map(({ endUs }) => endUs)) + marginUs;
    const around = history.filter(({ startUs, endUs }) => endUs >= from && startUs <= until);
    const result = options.join([...around, ...hops], options.joins, gaps);
    const own = new Set<Segment>(hops);
    for (const join of result.joins) if (own.has(join.caller) || own.has(join.callee)) keep(join);
    remember(hops);
  }

  function remember(hops: readonly StorySegment[]): void {
    history = [...history, ...hops].sort(byStart).slice(-options.history);
  }

  return {
    add(hop) {
      if (hop.startUs < decidedUntilUs) late.push(hop);
      else waiting.push(hop);
    },
    get waits() {
      return waiting.length > 0 || late.length > 0;
    },
    decide(knownUntilUs) {
      waiting.sort(byStart);
      for (;;) {
        const batch = nextBatch(waiting, knownUntilUs, options);
        if (batch === undefined) break;
        const hops = waiting.slice(0, batch.count);
        waiting = waiting.slice(batch.count);
        const after = batch.forced ? waiting.filter(({ startUs }) => startUs < batch.untilUs + marginUs) : [];
        run(hops, after);
        carried = batch.forced ? hops.filter(({ startUs }) => startUs >= batch.untilUs - marginUs) : [];
        remember(hops);
        decidedUntilUs = Math.max(decidedUntilUs, batch.forced ? batch.untilUs - marginUs : batch.untilUs);
      }
      if (waiting.length === 0 && knownUntilUs > decidedUntilUs) decidedUntilUs = knownUntilUs;
      decideLate();
      return decidedUntilUs;
    },
    callsOf: (caller) => calls.get(caller) ?? [],
    linksOf: (segment) => links.get(segment) ?? [],
    parentOf: (callee) => parents.get(callee),
    clockOf(host, timeUs) {
      for (
        let batch = Math.max(
          0,
          clocks.findLastIndex(({ fromUs }) => fromUs <= timeUs),
        );
        batch >= 0;
        batch--
      ) {
        const known = clocks[batch]?.byHost.get(host);
        if (known !== undefined)
          return known.find(({ fromUs, untilUs }) => timeUs >= fromUs && timeUs < untilUs);
      }
      return undefined;
    },
    forget(segment) {
      out.add(segment);
      calls.delete(segment);
      links.delete(segment);
      parents.delete(segment);
    },
  };
}

/** Joins of one client host that its clock is learned from. */
const pairsKept = 4;
/** One batch in so many is checked: it costs another pass. */
const checkEvery = 8;
/** Batches whose clocks are kept. */
const maxClocks = 256;

interface Batch {
  readonly count: number;
  readonly untilUs: number;
  readonly forced: boolean;
}

/** The hops that can be decided: up to the last quiet stretch, or all but the newest where they waited long. */
function nextBatch(
  hops: readonly StorySegment[],
  knownUntilUs: number,
  options: BatchOptions,
): Batch | undefined {
  const { quietUs, minSpanUs, maxSpanUs, marginUs } = options;
  const first = hops[0];
  if (first === undefined || knownUntilUs < first.startUs + minSpanUs) return undefined;
  let lastEndUs = first.endUs;
  let quiet: Batch | undefined;
  let count = 1;
  for (; count < hops.length; count++) {
    const hop = hops[count];
    if (hop === undefined || hop.startUs >= knownUntilUs) break;
    if (hop.startUs > lastEndUs + quietUs) quiet = { count, untilUs: hop.startUs, forced: false };
    if (hop.endUs > lastEndUs) lastEndUs = hop.endUs;
  }
  const nextUs = Math.min(knownUntilUs, hops[count]?.startUs ?? Infinity);
  if (nextUs > lastEndUs + quietUs) return { count, untilUs: nextUs, forced: false };
  if (quiet !== undefined) return quiet;
  const untilUs = knownUntilUs - marginUs;
  if (untilUs < first.startUs + maxSpanUs) return undefined;
  return { count: hops.findLastIndex(({ startUs }) => startUs < untilUs) + 1, untilUs, forced: true };
}

function byStart(a: StorySegment, b: StorySegment): number {
  return a.startUs - b.startUs || a.endUs - b.endUs || (a.key < b.key ? -1 : 1);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
