/** A value an OpenTelemetry attribute can hold here. Integers are safe integers. */
export type AttributeValue = string | number | boolean;

/** Attribute names are listed once in mappings/attributes.yaml. */
export type Attributes = Readonly<Record<string, AttributeValue>>;
