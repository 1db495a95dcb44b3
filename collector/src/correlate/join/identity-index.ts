import type { LinkMethod } from '../../model/span.ts';
import type { Segment, SegmentIdentities } from '../segment.ts';
import type { HopSide } from './hop-assignment.ts';
import { errorShareOf, outcomeClass, outcomeLogOdds } from './outcome-class.ts';

/** Kinds with what a difference says: a device has one Entra id, but several users, and SIDs differ legitimately. */
const kinds: readonly {
  readonly kind: keyof SegmentIdentities;
  readonly method: LinkMethod;
  readonly differs: number;
}[] = [
  { kind: 'clientGuids', method: 'client_guid', differs: -3 },
  { kind: 'entraDeviceIds', method: 'entra_id', differs: -5 },
  { kind: 'entraUserIds', method: 'entra_id', differs: -4 },
  { kind: 'sids', method: 'sid', differs: -1 },
];
/** An identity that both name may still be a coincidence of another kind (a shared account, a cloned machine). */
const doubt = 0.02;

/** What callers and callees say of each other by identity; ids that many callees share say little. */
export interface IdentityIndex {
  logOdds(caller: Segment, callee: number): number;
  method(caller: Segment, callee: number): LinkMethod;
  /** Callees that share an identity with the caller, ascending. */
  sharing(caller: Segment): readonly number[];
}

export function indexIdentities(callees: readonly HopSide[]): IdentityIndex {
  const numbers = new Map<string, number>();
  const numberOf = (kind: string, id: string): number => {
    const key = `${kind}/${id}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };
  const numbered = (identities: SegmentIdentities): Numbered =>
    kinds.map(({ kind }) => identities[kind].map((id) => numberOf(kind, id)));
  const theirs = callees.map(({ identities }) => numbered(identities));
  const holders: number[][] = [];
  theirs.forEach((own, at) => {
    for (const id of own.flat()) {
      const list = (holders[id] ??= []);
      if (list.at(-1) !== at) list.push(at);
    }
  });
  const agreeing = Float64Array.from(holders, (list) =>
    Math.log(((1 - doubt) * Math.max(1, callees.length)) / list.length),
  );
  const errors = errorShareOf(callees.map(({ segment }) => segment));
  const outcomes = callees.map(({ segment }) => outcomeClass(segment));
  const mine = new Map<Segment, Numbered>();
  const numbersOf = (caller: Segment): Numbered => {
    const known = mine.get(caller) ?? numbered(caller.identities);
    mine.set(caller, known);
    return known;
  };
  return {
    logOdds(caller, callee) {
      const left = numbersOf(caller);
      const right = theirs[callee];
      let agree = 0;
      let differ = 0;
      for (let k = 0; k < kinds.length; k++) {
        const ours = left[k];
        const other = right?.[k];
        if (ours === undefined || other === undefined || ours.length === 0 || other.length === 0) continue;
        const same = firstShared(ours, other);
        if (same < 0) differ += kinds[k]?.differs ?? 0;
        else agree = Math.max(agree, agreeing[same] ?? 0);
      }
      // One that agrees outweighs others that differ: one device may serve several users.
      const identity = agree > 0 ? agree + 0.25 * differ : differ;
      return identity + outcomeLogOdds(outcomeClass(caller), outcomes[callee] ?? 'unknown', errors);
    },
    method(caller, callee) {
      const left = numbersOf(caller);
      const found = kinds.find((_, k) => firstShared(left[k] ?? [], theirs[callee]?.[k] ?? []) >= 0);
      return found?.method ?? 'time';
    },
    sharing(caller) {
      const found = new Set(
        numbersOf(caller)
          .flat()
          .flatMap((id) => holders[id] ?? []),
      );
      return [...found].sort((a, b) => a - b);
    },
  };
}

/** Identities of one side as numbers, by kind. */
type Numbered = readonly (readonly number[])[];

function firstShared(left: readonly number[], right: readonly number[]): number {
  for (const id of left) if (right.includes(id)) return id;
  return -1;
}
