import { config } from '@grafana/runtime';

/** The language that the user chose in Grafana, as a tag. */
export function grafanaLanguage(): string {
  return config.bootData?.user?.language ?? navigator.language;
}
