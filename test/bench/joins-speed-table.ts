import { matchIntervals } from '../../collector/src/correlate/join/intervals/match-intervals.ts';
import { plainFleet, simulateFleet } from './joins-fleet.ts';

/** Spans joined by second on one core, at two sizes: cost is linear if the ratio of times is that of the sizes. */
export function speedTable(quick: boolean): string {
  const sizes = quick ? [12_500, 25_000] : [62_500, 125_000, 250_000];
  const lines = [
    '| spans | in flight | seconds | spans a second | times the size before | times the seconds before | memory, MiB |',
    '|---|---|---|---|---|---|---|',
  ];
  let before: { spans: number; seconds: number } | undefined;
  matchIntervals(simulateFleet({ ...plainFleet, inFlight: 0.5, requests: 3000 }).problem);
  for (const requests of sizes) {
    const { problem } = simulateFleet({ ...plainFleet, inFlight: 0.5, requests });
    const began = performance.now();
    matchIntervals(problem);
    const seconds = (performance.now() - began) / 1000;
    const spans = problem.callers.startUs.length + problem.callees.startUs.length;
    const ratio =
      before === undefined
        ? ['–', '–']
        : [(spans / before.spans).toFixed(2), (seconds / before.seconds).toFixed(2)];
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
    lines.push(
      `| ${spans} | 0.5 | ${seconds.toFixed(2)} | ${Math.round(spans / seconds)} | ${ratio.join(' | ')} | ${memory} |`,
    );
    before = { spans, seconds };
  }
  return lines.join('\n');
}
