/** What one pair of segments allows a correction to be, at a time as logged by the host to correct. */
export interface ClockRange {
  readonly timeUs: number;
  readonly low: number;
  readonly high: number;
}

/** A correction that holds over a stretch of a host's logged time. */
export interface ClockPiece {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly offsetUs: number;
  /** By how much it may be off at most; -1 where nothing bounds it. */
  readonly errorUs: number;
}

/** Ranges in a row that contradict a piece and agree with one another: fewer are a wrong join, not a step. */
const stepSupport = 3;
/** A correction goes so far into its range at most, from the end that is nearer to none. */
const deepestUs = 0.5e6;

interface Open {
  fromUs: number;
  lastUs: number;
  low: number;
  high: number;
}

/**
 * Intersects ranges over time; where nothing is left of the intersection the clock has stepped, or drifted out of it,
 * and a new piece begins (joins: "Clocks"). Ranges are in order of time.
 */
export function clockPieces(ranges: readonly ClockRange[]): readonly ClockPiece[] {
  const done: ClockPiece[] = [];
  let open: Open = { fromUs: -Infinity, lastUs: -Infinity, low: -Infinity, high: Infinity };
  let against: ClockRange[] = [];
  for (const range of ranges) {
    const low = Math.max(open.low, range.low);
    const high = Math.min(open.high, range.high);
    if (low <= high) {
      open = { ...open, lastUs: range.timeUs, low, high };
      against = [];
      continue;
    }
    against.push(range);
    const both = intersection(against);
    if (both.low > both.high) against = [range];
    if (against.length < stepSupport) continue;
    const first = against[0]?.timeUs ?? range.timeUs;
    const boundary = Number.isFinite(open.lastUs) ? (open.lastUs + first) / 2 : first;
    if (Number.isFinite(open.lastUs)) done.push(closed(open, boundary));
    open = { fromUs: Number.isFinite(open.lastUs) ? boundary : -Infinity, lastUs: range.timeUs, ...both };
    against = [];
  }
  done.push(closed(open, Infinity));
  return done;
}

function intersection(ranges: readonly ClockRange[]): { readonly low: number; readonly high: number } {
  return {
    low: Math.max(...ranges.map(({ low }) => low)),
    high: Math.min(...ranges.map(({ high }) => high)),
  };
}

function closed({ fromUs, low, high }: Open, untilUs: number): ClockPiece {
  return { fromUs, untilUs, ...offsetWithin(low, high) };
}

/**
 * Midpoint and half-width (joins: "Clocks"), except that a range that holds zero calls for no correction, and that a wide one, of a
 * call that waited half a minute, calls for none of many seconds.
 */
function offsetWithin(low: number, high: number): { readonly offsetUs: number; readonly errorUs: number } {
  const bounded = Number.isFinite(low) && Number.isFinite(high);
  if (low <= 0 && high >= 0) return { offsetUs: 0, errorUs: bounded ? Math.round(Math.max(-low, high)) : -1 };
  if (bounded) {
    const deepUs = Math.min(deepestUs, (high - low) / 2);
    return {
      offsetUs: Math.round(low > 0 ? low + deepUs : high - deepUs),
      errorUs: Math.round(high - low - deepUs),
    };
  }
  return { offsetUs: Math.round(low > 0 ? low : high), errorUs: -1 };
}

/** The piece that a time falls into. */
export function pieceAt(pieces: readonly ClockPiece[], timeUs: number): ClockPiece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((pieces[middle]?.fromUs ?? Infinity) <= timeUs) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}
