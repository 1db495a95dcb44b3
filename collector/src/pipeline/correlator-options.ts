import type { Config } from '../config/schema.ts';
import type { Report } from '../contract/loss.ts';
import type { createCorrelator } from '../correlate/index.ts';
import { hostSettings } from './read-options.ts';

type CorrelatorOptions = Parameters<typeof createCorrelator>[0];

/** What the configuration means for correlation. */
export function correlatorOptions(
  config: Config,
  knowledge: CorrelatorOptions['knowledge'],
  report: Report,
): CorrelatorOptions {
  return {
    knowledge,
    report,
    siteOf: hostSettings(config).siteOf,
    original: config.evidence.original,
    settleUs: config.joins.settleMs * 1000,
    joins: { parentThreshold: config.joins.parentThreshold, linkThreshold: config.joins.linkThreshold },
  };
}
