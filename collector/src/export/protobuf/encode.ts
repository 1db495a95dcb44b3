/** How a field's value goes on the wire; a message is the list of its fields. */
export type WireType = 'string' | 'hex' | 'fixed64' | 'int64' | 'enum' | 'double' | 'bool' | Message;

export interface Field {
  /** Name in OTLP's JSON form. */
  readonly name: string;
  readonly number: number;
  readonly type: WireType;
}

/** A protobuf message as its fields in order of their numbers: the .proto as data. */
export type Message = readonly Field[];

/**
 * Encodes an object in OTLP's JSON form as the protobuf message (proto3): ids from hex, 64-bit numbers from decimal
 * strings, arrays as repeated fields (numbers packed). Fields that are not there are left out.
 */
export function encodeProtobuf(message: Message, value: object): Uint8Array {
  const writer = new Writer();
  writeMessage(writer, message, value);
  return writer.bytes();
}

function writeMessage(writer: Writer, message: Message, value: object): void {
  for (const field of message) {
    const part: unknown = Reflect.get(value, field.name);
    if (part === undefined) continue;
    if (!Array.isArray(part)) writeField(writer, field, part);
    else if (isPacked(field.type)) writePacked(writer, field, part);
    else for (const item of part) writeField(writer, field, item);
  }
}

function writeField(writer: Writer, { number, type }: Field, value: unknown): void {
  writer.varint(number * 8 + wireNumber(type));
  if (type === 'string') writer.text(String(value), 'utf8');
  else if (type === 'hex') writer.text(String(value), 'hex');
  else if (typeof type === 'string') writeNumber(writer, type, value);
  else writer.nested(() => writeMessage(writer, type, value as object));
}

type NumberType = Exclude<WireType, 'string' | 'hex' | Message>;

function writeNumber(writer: Writer, type: NumberType, value: unknown): void {
  switch (type) {
    case 'fixed64':
      return writer.fixed64(BigInt(value as string));
    case 'int64':
      return writer.int64(BigInt(value as string));
    case 'enum':
      return writer.varint(value as number);
    case 'double':
      return writer.double(value as number);
    case 'bool':
      return writer.varint(value === true ? 1 : 0);
  }
}

function writePacked(writer: Writer, { number, type }: Field, values: readonly unknown[]): void {
  if (values.length === 0) return;
  writer.varint(number * 8 + 2);
  writer.nested(() => {
    for (const value of values) writeNumber(writer, type as NumberType, value);
  });
}

function isPacked(type: WireType): boolean {
  return type === 'fixed64' || type === 'double';
}

/** 0 varint, 1 eight bytes, 2 length-delimited. */
function wireNumber(type: WireType): number {
  if (isPacked(type)) return 1;
  return type === 'int64' || type === 'enum' || type === 'bool' ? 0 : 2;
}

/** Bytes that grow. */
class Writer {
  #buffer = Buffer.allocUnsafe(1 << 14);
  #length = 0;

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Two's complement in ten bytes where negative, as protobuf's int64 has it. */
  int64(value: bigint): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#length++] = Number(rest);
  }

  fixed64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigUInt64LE(value, this.#length);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  text(value: string, encoding: 'utf8' | 'hex'): void {
    const bytes = Buffer.byteLength(value, encoding);
    this.varint(bytes);
    this.#reserve(bytes);
    this.#length += this.#buffer.write(value, this.#length, bytes, encoding);
  }

  /** What `write` writes, behind its length; one byte is kept for the length, and more are made if it needs them. */
  nested(write: () => void): void {
    this.#reserve(1);
    const at = this.#length++;
    write();
    const bytes = this.#length - at - 1;
    const more = varintBytes(bytes) - 1;
    this.#reserve(more);
    if (more > 0) this.#buffer.copyWithin(at + 1 + more, at + 1, this.#length);
    this.#length = at;
    this.varint(bytes);
    this.#length += bytes;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}
