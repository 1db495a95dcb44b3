import type { LinkMethod } from '../../model/span.ts';
import { holds, type Knowledge, type Role, type StoryRule } from '../knowledge/knowledge.ts';
import type { KnownEvent } from '../segment.ts';
import { findForStep, findSegment } from './find-segment.ts';
import { type Ending, logOf, OpenSegment, threadOf } from './open-segment.ts';
import type { RolesOf } from './roles-of.ts';
import { countSpans, deadlineOf, elapsedOf, endingOf, rootOf, suffices } from './segment-ends.ts';

/** Bounds of one host's open stories. */
export interface HostLimits {
  /** Spans open at once on one host; the oldest story gives way. */
  readonly maxOpen: number;
  /** Records kept as evidence of one span. */
  readonly maxEvents: number;
  /** Spans under one root. */
  readonly maxSpans: number;
}

/** A hop that has begun and is not complete. */
export interface OpenHop {
  readonly rule: StoryRule;
  readonly startUs: number;
}

/** What happens to the stories of one host when its records are told in order of time. */
export class HostStories {
  readonly #knowledge: Knowledge;
  readonly #rolesOf: RolesOf;
  readonly #limits: HostLimits;
  /** Open spans of each rule, in order of opening. */
  readonly #open: OpenSegment[][];
  /** Ended spans that records of their thread may still belong to, in order of ending. */
  #ended: OpenSegment[] = [];
  /** Roots that have ended and wait for their last records. */
  #closing: OpenSegment[] = [];
  /** Ended hops that wait for their last records. */
  #hops: OpenSegment[] = [];
  /** Threads that were heard of, by log. */
  readonly #threads = new Map<string, Set<number>>();
  readonly #prefaces = new Map<string, KnownEvent>();
  #openCount = 0;
  /** Nothing runs out before this. */
  #nextDeadlineUs = Infinity;
  refused = 0;

  constructor(knowledge: Knowledge, rolesOf: RolesOf, limits: HostLimits) {
    this.#knowledge = knowledge;
    this.#rolesOf = rolesOf;
    this.#limits = limits;
    this.#open = knowledge.stories.map(() => []);
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** Ended roots and hops that wait for their last records. */
  get waitingCount(): number {
    return this.#closing.length + this.#hops.length;
  }

  /** Hops whose records are not complete. */
  get openHops(): readonly OpenHop[] {
    const hops: OpenHop[] = [];
    for (const list of this.#open)
      for (const { rule, startUs } of list) if (rule.hop) hops.push({ rule, startUs });
    for (const { rule, startUs } of this.#hops) hops.push({ rule, startUs });
    return hops;
  }

  /** When the oldest span began that is not released; Infinity where there is none. */
  get oldestUs(): number {
    let oldest = Infinity;
    for (const list of [...this.#open, this.#closing, this.#hops])
      for (const { startUs } of list) oldest = Math.min(oldest, startUs);
    return oldest;
  }

  /** Nothing runs out or is complete at or before this; Infinity where nothing is open or waits. */
  get dueUs(): number {
    let due = this.#nextDeadlineUs;
    for (const list of [this.#closing, this.#hops])
      for (const { endUs, rule } of list) if (endUs + rule.lingerUs < due) due = endUs + rule.lingerUs;
    return due;
  }

  take(known: KnownEvent): void {
    if (known.timeUs > this.#nextDeadlineUs) this.expire(known.timeUs);
    if (this.#knowledge.prefaces.has(known.event.name)) this.#prefaces.set(threadKey(known), known);
    const roles = this.#rolesOf(known.event);
    if (roles.length === 0) return;
    let placed = false;
    for (const role of roles) if (this.#play(role, known, roles)) placed = true;
    if (!placed) this.#step(roles, known);
    this.#hear(known);
  }

  /** Ends what ran out before `nowUs`. */
  expire(nowUs: number): void {
    const due = this.#open.flatMap((list) => list.filter((segment) => deadlineOf(segment) < nowUs));
    for (const segment of due) if (segment.ending === undefined) this.#runOut(segment, deadlineOf(segment));
    let next = Infinity;
    for (const list of this.#open) for (const segment of list) next = Math.min(next, deadlineOf(segment));
    this.#nextDeadlineUs = next;
    this.#ended = this.#ended.filter((segment) => segment.endUs + segment.rule.lingerUs >= nowUs);
  }

  /** What ended, with all that still belonged to it, up to `nowUs`: roots, and hops below or at them. */
  release(nowUs: number): { readonly roots: readonly OpenSegment[]; readonly hops: readonly OpenSegment[] } {
    const complete = (segment: OpenSegment): boolean => segment.endUs + segment.rule.lingerUs < nowUs;
    const roots = this.#closing.filter(complete);
    const hops = this.#hops.filter(complete);
    if (roots.length > 0) this.#closing = this.#closing.filter((segment) => !complete(segment));
    if (hops.length > 0) this.#hops = this.#hops.filter((segment) => !complete(segment));
    return { roots, hops };
  }

  /** Whether the role made the record part of a span. Steps are left to the innermost span, at the end. */
  #play(role: Role, known: KnownEvent, roles: readonly Role[]): boolean {
    switch (role.does) {
      case 'until': {
        const segment = findForStep(this.#openOf(role.rule), known);
        if (segment !== undefined && segment.awaitedUntilUs < 0) this.#close(segment, known.timeUs, 'next');
        return false;
      }
      case 'opens':
        return holds(role.where, known.event) && this.#opens(role, known);
      case 'continues':
        return holds(role.where, known.event) && this.#continues(role, known, roles);
      case 'closes':
        return holds(role.where, known.event) && this.#closes(role, known);
      case 'step':
        return false;
      default: {
        const unknown: never = role.does;
        throw new Error(`no such role: ${String(unknown)}`);
      }
    }
  }

  #hear(known: KnownEvent): void {
    const log = logOf(known);
    let threads = this.#threads.get(log);
    if (threads === undefined) {
      threads = new Set();
      this.#threads.set(log, threads);
    }
    // Servers' threads are many and forgotten together; a client has few.
    if (threads.size >= maxThreads) threads.clear();
    threads.add(threadOf(known));
  }

  #openOf(rule: StoryRule): OpenSegment[] {
    return this.#open[rule.index] ?? [];
  }

  #opens(role: Role, known: KnownEvent): boolean {
    const { rule, again } = role;
    const current = findForStep(this.#openOf(rule), known);
    const another =
      rule.keys[0] === 'message id' && messageIdOf(known) === '' && (current?.messageId ?? '') !== '';
    if (current !== undefined && !another) {
      const waits = current.awaitedUntilUs >= 0;
      if (again === 'step' && !waits) {
        this.#add(current, known);
        return true;
      }
      this.#close(current, waits ? current.endUs : known.timeUs, waits ? 'ok' : 'restart');
    }
    return this.#begin(rule, known) !== undefined;
  }

  #continues(role: Role, known: KnownEvent, roles: readonly Role[]): boolean {
    const { rule, first, unclaimed } = role;
    if (first && this.#threads.get(logOf(known))?.has(threadOf(known)) === true) return false;
    if (findSegment(this.#openOf(rule), known) !== undefined || this.#lingering(rule, known)) return false;
    if (unclaimed && this.#takerOf(roles, known) !== undefined) return false;
    const segment = this.#begin(rule, known);
    if (segment === undefined) return false;
    segment.partial = !unclaimed;
    segment.startKnown = false;
    return false;
  }

  #lingering(rule: StoryRule, known: KnownEvent): boolean {
    return this.#ended.some(
      (one) =>
        one.rule === rule &&
        known.timeUs - one.endUs <= rule.lingerUs &&
        one.thread === threadOf(known) &&
        one.log === logOf(known),
    );
  }

  #closes(role: Role, known: KnownEvent): boolean {
    const { rule } = role;
    const elapsedUs = elapsedOf(rule, known);
    let segment = findSegment(this.#openOf(rule), known);
    if (segment === undefined) {
      if (!role.alone) return false;
      segment = this.#begin(rule, known, false);
      if (segment === undefined) return false;
      segment.startKnown = elapsedUs >= 0;
    }
    if (elapsedUs >= 0) {
      const startUs = known.timeUs - elapsedUs;
      if (startUs < segment.startUs) segment.startUs = startUs;
      segment.startKnown = true;
    }
    this.#add(segment, known);
    const ending = endingOf(role, known);
    const { awaits } = rule;
    if (ending === 'ok' && awaits !== undefined && segment.awaitedUntilUs < 0) {
      segment.endUs = known.timeUs;
      segment.endKnown = true;
      segment.closer = known;
      segment.awaitedUntilUs = known.timeUs + awaits.withinUs;
      this.#noteDeadline(segment);
      return true;
    }
    segment.closer = known;
    segment.endKnown = true;
    this.#close(segment, known.timeUs, ending);
    return true;
  }

  #begin(rule: StoryRule, known: KnownEvent, add = true): OpenSegment | undefined {
    const placement = this.#placeOf(rule, known);
    if (placement === undefined && rule.alone === 'drop') return undefined;
    if (this.#openCount >= this.#limits.maxOpen) this.#giveWay();
    const root = rootOf(placement?.parent);
    if (root !== undefined && countSpans(root, this.#limits.maxSpans) >= this.#limits.maxSpans) {
      this.refused++;
      return undefined;
    }
    const segment = new OpenSegment(rule, known, placement?.parent, placement?.method);
    const preface = rule.preface.size > 0 ? this.#prefaces.get(threadKey(known)) : undefined;
    if (add) this.#add(segment, known);
    if (
      preface !== undefined &&
      rule.preface.has(preface.event.name) &&
      known.timeUs - preface.timeUs <= rule.timeoutUs
    ) {
      segment.take(preface);
      segment.prefaced = true;
    }
    this.#openOf(rule).push(segment);
    this.#openCount++;
    this.#noteDeadline(segment);
    const parent = placement?.parent;
    if (parent !== undefined && parent.awaitedUntilUs >= 0 && parent.rule.awaits?.span === rule.index)
      parent.awaited = segment;
    return segment;
  }

  #placeOf(rule: StoryRule, known: KnownEvent): { parent: OpenSegment; method: LinkMethod } | undefined {
    const log = logOf(known);
    const thread = threadOf(known);
    for (const { span, by, logs } of rule.under) {
      if (logs !== undefined && !logs.has(known.event.log.toLowerCase()) && !logs.has(log.toLowerCase()))
        continue;
      const open = this.#open[span] ?? [];
      // Time alone places only where there is no choice.
      if (by === 'host' && open.length > 1) continue;
      for (let at = open.length - 1; at >= 0; at--) {
        const parent = open[at];
        if (parent === undefined) continue;
        const sameLog = parent.log === log;
        const sameThread = sameLog && parent.thread === thread;
        if (by === 'thread' ? sameThread : by === 'log' ? sameLog : true)
          return { parent, method: sameThread ? 'thread' : 'time' };
      }
    }
    return undefined;
  }

  #step(roles: readonly Role[], known: KnownEvent): void {
    const segment = this.#takerOf(roles, known);
    if (segment !== undefined) this.#add(segment, known);
  }

  /** The innermost open span that the record is a step of, or the ended one that it trails. */
  #takerOf(roles: readonly Role[], known: KnownEvent): OpenSegment | undefined {
    let best: OpenSegment | undefined;
    for (const { rule, does, where } of roles) {
      if (does !== 'step' || !holds(where, known.event)) continue;
      const found = findForStep(this.#openOf(rule), known);
      if (found === undefined) continue;
      if (
        best === undefined ||
        found.depth > best.depth ||
        (found.depth === best.depth && found.startUs > best.startUs)
      )
        best = found;
    }
    return best ?? this.#lastEnded(roles, known);
  }

  /** The span that ended last on the record's thread, where such a record may trail it: failures tell more of themselves. */
  #lastEnded(roles: readonly Role[], known: KnownEvent): OpenSegment | undefined {
    const { name, outcome } = known.event;
    for (let at = this.#ended.length - 1; at >= 0; at--) {
      const segment = this.#ended[at];
      if (segment === undefined || known.timeUs - segment.endUs > segment.rule.lingerUs) continue;
      if (outcome !== 'fail' && !segment.rule.trails.has(name)) continue;
      if (roles.some(({ rule, does }) => rule === segment.rule && (does === 'step' || does === 'closes')))
        if (findForStep([segment], known) !== undefined) return segment;
    }
    return undefined;
  }

  #add(segment: OpenSegment, known: KnownEvent): void {
    if (segment.events.length >= this.#limits.maxEvents) this.refused++;
    else segment.add(known);
  }

  /** Ends a span, and first what is still open under it. */
  #close(segment: OpenSegment, endUs: number, ending: Ending): void {
    if (segment.ending !== undefined) return;
    segment.ending = ending;
    segment.endUs = Math.max(endUs, segment.startUs);
    for (const child of segment.children)
      if (child.ending === undefined)
        this.#close(child, segment.endUs, ending === 'timeout' ? 'timeout' : 'parent');
    const open = this.#openOf(segment.rule);
    open.splice(open.indexOf(segment), 1);
    this.#openCount--;
    if (this.#ended.length >= maxEnded) this.#ended.splice(0, maxEnded / 2);
    this.#ended.push(segment);
    if (segment.rule.hop) this.#hops.push(segment);
    const { parent } = segment;
    if (parent === undefined) this.#closing.push(segment);
    else if (parent.awaited === segment && parent.ending === undefined) {
      parent.closer = segment.closer ?? parent.closer;
      this.#close(parent, segment.endUs, ending === 'ok' ? 'ok' : 'fail');
    }
  }

  #runOut(segment: OpenSegment, deadlineUs: number): void {
    if (segment.awaitedUntilUs >= 0 && segment.awaited === undefined)
      this.#close(segment, segment.endUs, 'ok');
    else if (segment.rule.idleUs >= 0 || suffices(segment) || segment.events.at(-1)?.event.outcome === 'fail')
      this.#close(segment, segment.lastUs, 'silence');
    else this.#close(segment, deadlineUs, 'timeout');
  }

  /** Too much is open: the story that began first ends here, as one that never closed. */
  #giveWay(): void {
    let oldest: OpenSegment | undefined;
    for (const list of this.#open)
      for (const segment of list)
        if (segment.parent === undefined && (oldest === undefined || segment.startUs < oldest.startUs))
          oldest = segment;
    if (oldest === undefined) return;
    this.refused++;
    this.#close(oldest, oldest.lastUs, 'timeout');
  }

  #noteDeadline(segment: OpenSegment): void {
    const deadline = deadlineOf(segment);
    if (deadline < this.#nextDeadlineUs) this.#nextDeadlineUs = deadline;
  }
}

/** Threads remembered for each log of a host. */
const maxThreads = 4096;
/** Ended spans of one host that trailing records are looked up in. */
const maxEnded = 64;

function threadKey(known: KnownEvent): string {
  return `${logOf(known)}\0${threadOf(known)}`;
}

function messageIdOf({ event }: KnownEvent): string {
  const id = event.attributes['ccm.message.id'];
  return typeof id === 'string' ? id : '';
}
