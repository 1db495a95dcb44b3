import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { pathOf, recordText, type TortureKind, type TortureLog, tortureLogs } from './logs.ts';
import { createRandom } from './random.ts';

/** Writes logs as the product does, turning them when they are full: `writer.ts FOLDER SECONDS SEED BYTES_PER_SECOND KIND`. */
const [folder = '.', seconds = '10', seed = '1', bytesPerSecond = '100000', kindGiven] =
  process.argv.slice(2);
const kind: TortureKind = kindGiven === 'requests' ? 'requests' : 'plain';

/** Size at which the product begins a log anew. */
const maxBytes = 250_000;

class LogWriter {
  readonly log: TortureLog;
  readonly #random: () => number;
  readonly #stem: string;
  readonly #live: string;
  #handle: number;
  #size = 0;
  #turns = 0;
  #next = 0;
  #dated: string[] = [];

  constructor(log: TortureLog, random: () => number) {
    this.log = log;
    this.#random = random;
    this.#stem = join(folder, pathOf(log, kind));
    this.#live = `${this.#stem}.log`;
    mkdirSync(dirname(this.#live), { recursive: true });
    this.#handle = openSync(this.#live, 'a');
    this.#mark();
  }

  get written(): { readonly log: string; readonly records: number; readonly turns: number } {
    return { log: `${pathOf(this.log, kind)}.log`, records: this.#next, turns: this.#turns };
  }

  /** Returns the number of bytes. */
  writeRecord(): number {
    const { encoding } = this.log;
    const text = recordText(this.log, this.#next++, this.#random, kind);
    const bytes = iconv.encode(text, encoding, { addBOM: false });
    let from = 0;
    if (this.#size + bytes.length > maxBytes) {
      // Some rolls cut a record. Characters of two bytes stay whole, others need not.
      if (this.#random() < 0.4) {
        const letters = Array.from(text);
        const head = letters.slice(0, Math.floor(this.#random() * letters.length)).join('');
        const loose = encoding.startsWith('utf-16') ? 0 : Math.floor(this.#random() * 2);
        from = iconv.encode(head, encoding, { addBOM: false }).length + loose;
      }
      this.#append(bytes.subarray(0, from));
      this.#turn();
    }
    // Writers flush when they like.
    const middle =
      this.#random() < 0.2 ? from + Math.floor(this.#random() * (bytes.length - from)) : bytes.length;
    this.#append(bytes.subarray(from, middle));
    this.#append(bytes.subarray(middle));
    return bytes.length;
  }

  close(): void {
    closeSync(this.#handle);
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length > 0) writeSync(this.#handle, bytes);
    this.#size += bytes.length;
  }

  #mark(): void {
    if (this.log.mark) this.#append(iconv.encode('\ufeff', this.log.encoding, { addBOM: false }));
  }

  #turn(): void {
    this.#turns += 1;
    const rolled = `${this.#stem}.lo_`;
    if (this.log.turn === 'copy and truncate') {
      copyFileSync(this.#live, rolled);
      ftruncateSync(this.#handle, 0);
    } else {
      closeSync(this.#handle);
      if (this.log.turn === 'rename') renameSync(this.#live, rolled);
      else this.#date();
      this.#handle = openSync(this.#live, 'a');
    }
    this.#size = 0;
    this.#mark();
  }

  /** Keeps a history of three. */
  #date(): void {
    const stamp = String(this.#turns).padStart(6, '0');
    const dated = `${this.#stem}-20240102-${stamp}.Log`;
    renameSync(this.#live, dated);
    this.#dated.push(dated);
    const oldest = this.#dated.length > 3 ? this.#dated.shift() : undefined;
    if (oldest !== undefined) unlinkSync(oldest);
  }
}

const writers = tortureLogs.map((log, index) => new LogWriter(log, createRandom(Number(seed) * 100 + index)));
const random = createRandom(Number(seed));
let end = Date.now() + Number(seconds) * 1000;
process.once('SIGTERM', () => {
  end = 0;
});
while (Date.now() < end) {
  for (const writer of writers) {
    // Now quiet, now in a hurry.
    let budget = (Number(bytesPerSecond) / 20) * random() * 2;
    while (budget > 0) budget -= writer.writeRecord();
  }
  await wait(50);
}
for (const writer of writers) writer.close();
writeFileSync(join(folder, '..', 'written.json'), JSON.stringify(writers.map(({ written }) => written)));
