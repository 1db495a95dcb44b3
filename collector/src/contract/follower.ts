import type { LogSource } from '../model/record.ts';
import type { Chunk } from './chunk.ts';

/** What following yields: bytes, and the moments at which there are none. */
export type Followed =
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  /** Every file was looked at since the last one of these and read to its end. `atUs`: when that look began. */
  | { readonly kind: 'quiet'; readonly atUs: number }
  /** There is more to read, but as far as `reached` told, no record that is older than this. */
  | { readonly kind: 'behind'; readonly fromUs: number };

/** How far reading is behind writing. */
export interface Lag {
  readonly bytes: number;
  /** Age of the oldest bytes not read yet; 0 with none. */
  readonly seconds: number;
}

/** What a consumer has done with what it was given. Saved as one, so that a restart finds all of it or nothing. */
export interface Progress {
  /** A restart reads these generations on from the offset: what is before it is durable and no company of what is not. */
  readonly durable: ReadonlyMap<LogSource, number>;
  /** Everything of these generations before the offset is durable: where their files go, nothing of it is lost. */
  readonly told: ReadonlyMap<LogSource, number>;
  /** Offset of the last record met of these generations, durable or not. */
  readonly met: ReadonlyMap<LogSource, number>;
  /** A number of the consumer's own. */
  readonly mark: number;
}

/**
 * Files that are read as they grow. Pulling is the only thing that reads: a slow consumer slows it, and nothing is held
 * besides one chunk. A generation's last chunk says that it is the last.
 */
export interface Follower extends AsyncIterable<Followed> {
  /** Takes over what was done; written to disk at the next `quiet` or `behind` that is due, and at the end. */
  keep(progress: Progress): void;
  /** The mark that was saved last before this run; undefined in a first run. */
  readonly markBefore: number | undefined;
  /** Offset of the last record met of a generation when that mark was saved; -1 where none was. */
  metBefore(source: LogSource): number;
  /** The last record read of a generation has this time, UTC microseconds: who is furthest behind is read next. */
  reached(source: LogSource, timeUs: number): void;
  lag(): Lag;
  /** Ends the iteration, writes the checkpoints, lets go of everything. Safe twice. */
  close(): Promise<void>;
}
