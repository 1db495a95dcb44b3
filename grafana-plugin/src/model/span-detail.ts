export type AttributeValue = string | number | boolean;

export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

/** A log record that the span was made of, or any other span event. */
export interface SpanRecord {
  readonly name: string;
  /** UTC milliseconds since 1970, corrected like the span's times. */
  readonly timeMs: number;
  readonly attributes: readonly Attribute[];
}

export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** What only the span that is looked at needs. */
export interface SpanDetail {
  readonly kind: SpanKind;
  readonly statusMessage: string;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly records: readonly SpanRecord[];
  readonly links: readonly SpanReference[];
}

/** The value of the first attribute called `key`. */
export function attributeOf(attributes: readonly Attribute[], key: string): AttributeValue | undefined {
  return attributes.find((attribute) => attribute.key === key)?.value;
}

/** The same as text; empty where there is none. */
export function textOf(attributes: readonly Attribute[], key: string): string {
  const value = attributeOf(attributes, key);
  return value === undefined ? '' : String(value);
}
