import { Failure } from '../base/failure.ts';
import type { ExportReport } from '../contract/export-report.ts';
import type { Report } from '../contract/loss.ts';
import { createExporter } from '../export/index.ts';
import type { destinationsOf } from './destinations.ts';
import type { openStore } from '../store/index.ts';

/** How long one pass waits for its destinations; what they did not take stays in the outbox. */
const drainWithinMs = 60_000;

/** Sends what the store's outbox holds, once. */
export async function sendOnce(
  store: Awaited<ReturnType<typeof openStore>>,
  destinations: ReturnType<typeof destinationsOf>,
  report: Report & ExportReport,
  stop: AbortSignal,
): Promise<void> {
  const exporter = await createExporter({ destinations, outbox: store.outbox, report });
  exporter.start();
  try {
    await exporter.drained(AbortSignal.any([stop, AbortSignal.timeout(drainWithinMs)]));
  } catch (cause) {
    const waiting = (await store.outbox.backlog()).filter(({ traces }) => traces > 0);
    const list = waiting.map(({ destination, traces }) => `${destination}: ${traces} traces`).join(', ');
    throw new Failure(
      `Not everything could be sent: ${list || 'a destination did not answer'}. It is kept in the store and sent by the next run to the same destination.`,
      { cause },
    );
  } finally {
    await exporter.stop(2000);
  }
}
