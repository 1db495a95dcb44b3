/** Microseconds; a scraper met for the first time is shown the births of the last two minutes. */
const freshUs = 120_000_000;

/** More scrapers than any set-up has; the one that scraped longest ago is forgotten first. */
const maxScrapers = 32;

/**
 * Lets Prometheus see series begin. A series whose first sample is 3 has not increased, as `increase()` and `rate()` see it, so the
 * first failure of each kind would never be counted. Each scraper is therefore shown a counter, histogram or summary that
 * it cannot know yet at 0, and from its next scrape on as it is. Who is no scraper sees everything as it is.
 */
export class Births {
  /** When a series was rendered first, and the last moment at which it was certainly not there. */
  readonly #series = new Map<string, { readonly firstUs: number; readonly afterUs: number }>();
  readonly #scrapedUs = new Map<string, number>();
  #renderedUs: number;

  /** @param startUs when counting began: nothing was there before */
  constructor(startUs: number) {
    this.#renderedUs = startUs;
  }

  /**
   * The text as the scraper is shown it.
   * @param text OpenMetrics or Prometheus text
   * @param scraper what tells it from others; empty for who is none
   */
  show(text: string, scraper: string, nowUs: number): string {
    const known = this.#scrapedUs.get(scraper);
    const fromZero = (key: string): boolean => {
      const birth = this.#birthOf(key, nowUs);
      if (scraper === '') return false;
      return known === undefined ? birth.afterUs >= nowUs - freshUs : birth.firstUs > known;
    };
    let counts = false;
    const lines = text.split('\n').map((line) => {
      const type = /^# TYPE \S+ (\w+)$/.exec(line)?.[1];
      if (type !== undefined) counts = type !== 'gauge';
      if (!counts || line.startsWith('#')) return line;
      const key = sample.exec(line)?.[1];
      return key !== undefined && fromZero(key) ? `${key} 0` : line;
    });
    this.#renderedUs = nowUs;
    if (scraper !== '') this.#remember(scraper, nowUs);
    return lines.join('\n');
  }

  #birthOf(key: string, nowUs: number) {
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const birth = { firstUs: nowUs, afterUs: this.#renderedUs };
    this.#series.set(key, birth);
    return birth;
  }

  #remember(scraper: string, nowUs: number): void {
    this.#scrapedUs.delete(scraper);
    this.#scrapedUs.set(scraper, nowUs);
    if (this.#scrapedUs.size <= maxScrapers) return;
    for (const oldest of this.#scrapedUs.keys()) {
      this.#scrapedUs.delete(oldest);
      break;
    }
  }
}

/** Name and labels of a sample; a label's value may hold anything, quoted. */
const sample = /^([\w:]+(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?) \S/;
