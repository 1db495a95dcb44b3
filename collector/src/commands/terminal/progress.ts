import { Presets, SingleBar } from 'cli-progress';
import type { IngestProgress } from '../../pipeline/ingest.ts';
import type { Terminal } from '../surroundings.ts';

/** A progress bar on a terminal; silent elsewhere. */
export function createProgress(terminal: Terminal): { update(progress: IngestProgress): void; end(): void } {
  if (!terminal.isTerminal) return { update: () => {}, end: () => {} };
  const bar = new SingleBar(
    {
      format: '{bar} {percentage} %  {mb} MB  {rate} MB/s  {left}  {traces} traces',
      stream: asStream(terminal),
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
      fps: 8,
    },
    Presets.shades_classic,
  );
  const startedMs = performance.now();
  let started = false;
  return {
    update({ bytes, totalBytes, traces }) {
      const seconds = (performance.now() - startedMs) / 1000;
      const rate = seconds > 0 ? bytes / 1e6 / seconds : 0;
      const left =
        rate > 0 && totalBytes > bytes ? `${Math.ceil((totalBytes - bytes) / 1e6 / rate)} s left` : '';
      const payload = { mb: (bytes / 1e6).toFixed(1), rate: rate.toFixed(0), left, traces };
      if (started) bar.setTotal(Math.max(totalBytes, bytes, 1));
      else bar.start(Math.max(totalBytes, 1), 0, payload);
      started = true;
      bar.update(bytes, payload);
    },
    end: () => {
      if (started) bar.stop();
    },
  };
}

/** The part of a stream that the bar uses. */
function asStream(terminal: Terminal): NodeJS.WritableStream {
  return {
    isTTY: true,
    get columns() {
      return terminal.columns();
    },
    write: (text: string) => {
      terminal.write(text);
      return true;
    },
  } as unknown as NodeJS.WritableStream;
}
