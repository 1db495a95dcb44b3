import type { RecordFrames } from '../contract/frames.ts';
import type { Envelope as EnvelopeKind, LogRecord, LogSource } from '../model/record.ts';
import { decodeRecord, readComponent } from './decode.ts';
import type { ZoneBias } from './stamp.ts';

/** How the bytes of a batch are to be read. */
export interface BatchContext {
  readonly source: LogSource;
  readonly bytes: Buffer;
  readonly encoding: string;
  readonly zone: ZoneBias;
  offsetOf(index: number): number;
}

const kinds: readonly EnvelopeKind[] = ['cmtrace', 'site', 'viewer', 'bare'];

/** Columns of records in one run of bytes; grows as needed and is used again for the next run. */
export class FrameBatch implements RecordFrames {
  count = 0;
  start = new Int32Array(1024);
  messageStart = new Int32Array(1024);
  messageEnd = new Int32Array(1024);
  end = new Int32Array(1024);
  envelope = new Uint8Array(1024);
  #context: BatchContext | undefined;

  get source(): LogSource {
    return this.#at().source;
  }

  get bytes(): Uint8Array {
    return this.#at().bytes;
  }

  reset(context: BatchContext): void {
    this.#context = context;
    this.count = 0;
  }

  /** @param code of the envelope, of `envelopeCode` */
  add(code: number, start: number, messageStart: number, messageEnd: number, end: number): void {
    if (this.count === this.start.length) this.#grow();
    const index = this.count;
    this.start[index] = start;
    this.messageStart[index] = messageStart;
    this.messageEnd[index] = messageEnd;
    this.end[index] = end;
    this.envelope[index] = code;
    this.count = index + 1;
  }

  record(index: number): LogRecord {
    const context = this.#at();
    return decodeRecord(context, {
      kind: kinds[this.envelope[index] ?? 3] ?? 'bare',
      start: this.start[index] ?? 0,
      messageStart: this.messageStart[index] ?? 0,
      messageEnd: this.messageEnd[index] ?? 0,
      end: this.end[index] ?? 0,
    });
  }

  component(index: number): string {
    return readComponent(
      this.#at().bytes,
      kinds[this.envelope[index] ?? 3] ?? 'bare',
      this.messageEnd[index] ?? 0,
      this.end[index] ?? 0,
    );
  }

  #at(): BatchContext {
    if (this.#context === undefined) throw new Error('A frame batch was read before it was filled.');
    return this.#context;
  }

  #grow(): void {
    const size = this.count * 2;
    this.start = grown(this.start, size);
    this.messageStart = grown(this.messageStart, size);
    this.messageEnd = grown(this.messageEnd, size);
    this.end = grown(this.end, size);
    const envelope = new Uint8Array(size);
    envelope.set(this.envelope);
    this.envelope = envelope;
  }
}

function grown(column: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(column);
  return larger;
}
