import { describe, expect, it } from 'vitest';
import { Births } from './births.ts';

const second = 1_000_000;
const counter = (...samples: readonly string[]): string => ['# TYPE a counter', ...samples, ''].join('\n');

describe('Births.show()', () => {
  it('shows a series at 0 to a scraper that cannot know it yet, without its exemplar, and then as it is', () => {
    const births = new Births(0);
    const before = counter('a_total{kind="x"} 4 # {trace_id="1"} 1 2');
    const after = counter('a_total{kind="x"} 5', 'a_total{kind="} \\"y"} 2');
    expect(births.show(before, 'p', second)).toBe(counter('a_total{kind="x"} 0'));
    expect(births.show(before, 'p', 2 * second)).toBe(before);
    expect(births.show(after, 'p', 3 * second)).toBe(
      counter('a_total{kind="x"} 5', 'a_total{kind="} \\"y"} 0'),
    );
    expect(births.show(after, 'p', 4 * second)).toBe(after);
  });

  it('leaves gauges alone, and all of it for who is no scraper', () => {
    const births = new Births(0);
    const gauge = '# TYPE g gauge\ng 3\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_sum 1.5\nh_count 2\n';
    expect(births.show(gauge, '', second)).toBe(gauge);
    expect(births.show(gauge, 'p', 2 * second)).toBe(
      '# TYPE g gauge\ng 3\n# TYPE h histogram\nh_bucket{le="1"} 0\nh_sum 0\nh_count 0\n',
    );
  });

  it('shows each of two scrapers the birth', () => {
    const births = new Births(0);
    for (const scraper of ['p', 'q']) births.show('', scraper, second);
    for (const scraper of ['p', 'q']) {
      expect(births.show(counter('a 1'), scraper, 2 * second)).toBe(counter('a 0'));
      expect(births.show(counter('a 1'), scraper, 3 * second)).toBe(counter('a 1'));
    }
  });

  it('shows a scraper that knew the series no fall when it comes back from elsewhere', () => {
    const births = new Births(0);
    births.show(counter('a 1'), 'p', second);
    expect(births.show(counter('a 9'), 'moved', 300 * second)).toBe(counter('a 9'));
  });

  it('does not take what was counted before anyone looked for news', () => {
    const births = new Births(0);
    expect(births.show(counter('a 9'), 'p', 300 * second)).toBe(counter('a 9'));
  });

  it('keeps the last 32 scrapers', () => {
    const births = new Births(0);
    for (let scraper = 0; scraper < 33; scraper++) births.show(counter('a 1'), `${scraper}`, second);
    // The first is forgotten and knows only of fresh births; the last is known.
    const later = counter('a 1', 'b 1');
    expect(births.show(later, '0', 400 * second)).toBe(later);
    expect(births.show(later, '32', 401 * second)).toBe(counter('a 1', 'b 0'));
  });
});
