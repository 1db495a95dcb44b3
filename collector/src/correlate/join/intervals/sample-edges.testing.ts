import type { CandidateEdges } from './problem.ts';

/** Candidate edges written as [column, weight] by row, for tests. */
export function edgesOf(rows: readonly (readonly (readonly [number, number])[])[]): CandidateEdges {
  const from = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => {
    from[at + 1] = (from[at] ?? 0) + row.length;
  });
  const flat = rows.flat();
  const weight = Float64Array.from(flat, ([, value]) => value);
  return { from, callee: Int32Array.from(flat, ([column]) => column), weight, head: weight, tail: weight };
}

/** A fixed stream of numbers in [0, 1). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
