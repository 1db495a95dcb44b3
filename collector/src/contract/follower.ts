import type { LogSource } from '../model/record.ts';
import type { Chunk } from './chunk.ts';

/** What following yields: bytes, and the moments at which there are none. */
export type Followed =
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  /** Every file was looked at since the last one of these and read to its end. `atUs`: when that look began. */
  | { readonly kind: 'quiet'; readonly atUs: number };

/** How far reading is behind writing. */
export interface Lag {
  readonly bytes: number;
  /** Age of the oldest bytes not read yet; 0 with none. */
  readonly seconds: number;
}

/**
 * Files that are read as they grow. Pulling is the only thing that reads: a slow consumer slows it, and nothing is held
 * besides one chunk. A generation's last chunk says that it is the last.
 */
export interface Follower extends AsyncIterable<Followed> {
  /** Everything of that generation before `offset` is durable, so that its checkpoint may move there. */
  durable(source: LogSource, offset: number): void;
  lag(): Lag;
  /** Ends the iteration, writes the checkpoints, lets go of everything. Safe twice. */
  close(): Promise<void>;
}
