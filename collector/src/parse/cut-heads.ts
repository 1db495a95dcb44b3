import type { Report } from '../contract/loss.ts';
import type { LogSource } from '../model/record.ts';
import type { Carry } from './carry.ts';
import type { FrameState } from './frame.ts';

/** The beginning of a record that a roll cut, at the end of one generation. */
export interface CutHead {
  readonly source: LogSource;
  /** Where the piece that it ends ends, on disk. */
  readonly end: number;
  readonly encoding: string;
  readonly carry: Carry;
  readonly state: FrameState;
}

/** Heads kept at once; the oldest goes first. */
const maxHeads = 1024;

/** Keeps the head of a cut record until the next piece of its log brings the rest. */
export class CutHeads {
  readonly #report: Report | undefined;
  readonly #heads = new Map<string, CutHead>();

  constructor(report: Report | undefined) {
    this.#report = report;
  }

  keep(head: CutHead): void {
    if (this.take(head.source) !== undefined) this.lose();
    this.#heads.set(pieceKey(head.source), head);
    const oldest = this.#heads.keys().next();
    if (this.#heads.size > maxHeads && !oldest.done) {
      this.#heads.delete(oldest.value);
      this.lose();
    }
  }

  /** The head that waits for the piece `source`, which is then no longer kept. */
  take(source: LogSource): CutHead | undefined {
    const key = pieceKey(source);
    const head = this.#heads.get(key);
    this.#heads.delete(key);
    return head;
  }

  lose(): void {
    this.#report?.lost('record_cut', 1);
  }

  /** No more pieces come. */
  clear(): void {
    for (const _ of this.#heads) this.lose();
    this.#heads.clear();
  }
}

/** Pieces of one log lie in one folder, under one name but for the ending and the stamp that turning gives it. */
function pieceKey({ path, host }: LogSource): string {
  return `${host}\n${path.replace(/(?:-\d{8}-\d{6})?\.log$|\.lo_$/i, '').toLowerCase()}`;
}
