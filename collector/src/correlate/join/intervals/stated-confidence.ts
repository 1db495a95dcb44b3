/** Joins stated at or above this are promised to be wrong in at most 1 of 1,000. */
const nearlyCertain = 0.95;
/** What the posterior itself may expect to be wrong among them: most of the promise is left for what it cannot know. */
const budget = 0.0003;
const steps = 2000;

/**
 * Turns posteriors into stated confidences, in place: a posterior is right about as often as it says, but among all that
 * say 0.95 or more up to 1 in 100 could be wrong where many lie just above. So "nearly certain" begins where the
 * mean of what is above it leaves no more than the budget, and what lies between is stated just below 0.95.
 */
export function stateConfidence(posterior: Float64Array): void {
  const counts = new Float64Array(steps + 1);
  const doubts = new Float64Array(steps + 1);
  for (const p of posterior) {
    if (p < nearlyCertain) continue;
    const cell = Math.floor(((Math.min(1, p) - nearlyCertain) / (1 - nearlyCertain)) * steps);
    counts[cell] = (counts[cell] ?? 0) + 1;
    doubts[cell] = (doubts[cell] ?? 0) + 1 - p;
  }
  let count = 0;
  let doubt = 0;
  let begin = steps;
  for (let cell = steps; cell >= 0; cell--) {
    count += counts[cell] ?? 0;
    doubt += doubts[cell] ?? 0;
    if (doubt <= budget * count) begin = cell;
  }
  const certainFrom = nearlyCertain + (begin / steps) * (1 - nearlyCertain);
  for (let i = 0; i < posterior.length; i++) {
    const p = posterior[i] ?? 0;
    if (p >= nearlyCertain && p < certainFrom) posterior[i] = nearlyCertain - 0.001;
  }
}
