import { crc32, deflateRawSync } from 'node:zlib';
import type { Chunk } from '../contract/chunk.ts';
import type { Report, Trouble } from '../contract/loss.ts';

export interface Noted extends Report {
  readonly losses: Record<string, number>;
  readonly counts: Record<string, number>;
  readonly troubles: Trouble[];
}

/** A report that keeps what it is told. */
export function createNoted(): Noted {
  const losses: Record<string, number> = {};
  const counts: Record<string, number> = {};
  const troubles: Trouble[] = [];
  return {
    losses,
    counts,
    troubles,
    count: (counter, by) => {
      counts[counter] = (counts[counter] ?? 0) + by;
    },
    lost: (reason, by) => {
      losses[reason] = (losses[reason] ?? 0) + by;
    },
    trouble: (trouble) => void troubles.push(trouble),
  };
}

/** Text by path; decoded as the chunks say, used at once as their bytes may be used again. */
export async function textsOf(chunks: AsyncIterable<Chunk>): Promise<Map<string, string>> {
  const parts = new Map<string, Buffer[]>();
  for await (const { source, bytes } of chunks) {
    parts.set(source.path, [...(parts.get(source.path) ?? []), Buffer.from(bytes)]);
  }
  return new Map([...parts].map(([path, all]) => [path, Buffer.concat(all).toString()]));
}

/** What a zip is to say of a file, where that is not the truth. */
interface Lie {
  readonly size?: number;
}

/** A zip, written by hand so that it can be a bad one too. */
export function zipOf(
  files: Readonly<Record<string, Buffer | string>>,
  lies: Readonly<Record<string, Lie>> = {},
): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const label = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(lies[name]?.size ?? plain.length, 18);
    common.writeUInt16LE(label.length, 22);
    const before = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, label, packed]);
    const after = Buffer.alloc(14);
    after.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, after, label]));
    local.push(before);
    offset += before.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
