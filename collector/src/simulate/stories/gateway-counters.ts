import type { GatewayCount, Stage } from '../stage.ts';
import { bookThread, type Gateway } from '../world.ts';

const intervalUs = 60e6;

/** CMGService counts requests over an interval and writes one line for it (never one for a request). */
export function countGatewayRequest(
  stage: Stage,
  gateway: Gateway,
  path: string,
  fromUs: number,
  untilUs: number,
): void {
  stage.plan(untilUs, () => {
    const open = stage.gatewayCounts.get(gateway.name);
    const count: GatewayCount = open ?? { requests: 0, elapsedMs: 0 };
    count.requests++;
    count.elapsedMs += (untilUs - fromUs) / 1000;
    if (open !== undefined) return;
    stage.gatewayCounts.set(gateway.name, count);
    const flushUs = (Math.floor(untilUs / intervalUs) + 1) * intervalUs;
    stage.plan(flushUs, () => {
      stage.gatewayCounts.delete(gateway.name);
      const thread = bookThread(gateway, stage.random, flushUs, flushUs + 1000);
      const { requests, elapsedMs } = count;
      const asked = `RequestUri: ${path}  RequestCount: ${requests}  RequestSize: ${requests * 1974} Bytes`;
      const answered = `ResponseCount: ${requests}  ResponseSize: ${requests * 1566} Bytes`;
      const average = `AverageElapsedTime: ${Math.round(elapsedMs / requests)} ms~~`;
      stage.write(gateway, 'gateway', flushUs, thread, `${asked}  ${answered}  ${average}`);
    });
  });
}
