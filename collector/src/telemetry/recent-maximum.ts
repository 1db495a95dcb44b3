/** The largest value of each key over the last half to whole `periodUs`: two half periods are kept, the older one goes. */
export class RecentMaximum {
  readonly #halfUs: number;
  #half = Number.NEGATIVE_INFINITY;
  #current = new Map<string, number>();
  #previous = new Map<string, number>();

  constructor(periodUs: number) {
    this.#halfUs = periodUs / 2;
  }

  add(key: string, value: number, nowUs: number): void {
    this.#turn(nowUs);
    this.#current.set(key, Math.max(value, this.#current.get(key) ?? Number.NEGATIVE_INFINITY));
  }

  values(nowUs: number): ReadonlyMap<string, number> {
    this.#turn(nowUs);
    const values = new Map(this.#previous);
    for (const [key, value] of this.#current) values.set(key, Math.max(value, values.get(key) ?? value));
    return values;
  }

  #turn(nowUs: number): void {
    const half = Math.floor(nowUs / this.#halfUs);
    if (half === this.#half) return;
    this.#previous = half === this.#half + 1 ? this.#current : new Map();
    this.#current = new Map();
    this.#half = half;
  }
}
