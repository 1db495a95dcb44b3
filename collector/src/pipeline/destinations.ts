import type { Config } from '../config/schema.ts';
import { type createExporter, readEnvironment } from '../export/index.ts';

type Destination = Parameters<typeof createExporter>[0]['destinations'][number];

/** Where to send: the destinations configured, then the one that the standard OTEL_EXPORTER_OTLP_* variables name. */
export function destinationsOf(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Destination[] {
  const named = readEnvironment(environment);
  return named === undefined ? config.export : [...config.export, named];
}
