import type { Config } from '../config/schema.ts';
import { createMatcher, loadMappings } from '../match/index.ts';
import { tiers } from '../model/tier.ts';
import { createFramer } from '../parse/index.ts';
import { readLogs } from '../tail/index.ts';
import { createTally } from '../telemetry/tally.ts';
import { shippedFolder } from './assets.ts';
import { createLogSurvey, type SurveyedLog } from './log-survey.ts';
import { readOptions } from './read-options.ts';

export interface Finding {
  /** `error`: ccmtrace cannot work so; `warning`: traces will lack something; `note`: worth knowing. */
  readonly level: 'error' | 'warning' | 'note';
  readonly sentence: string;
}

export interface CheckReport {
  /** Rules in the mappings, whose samples all passed. */
  readonly rules: number;
  readonly logs: readonly SurveyedLog[];
  readonly findings: readonly Finding[];
}

/**
 * Reads everything once and says what is missing for whole traces. Broken mappings are thrown as one Failure that
 * lists them.
 */
export async function checkSetup(options: {
  config: Config;
  paths: readonly string[];
}): Promise<CheckReport> {
  const { config, paths } = options;
  const mappings = await loadMappings([shippedFolder('mappings'), ...config.mappings]);
  const tally = createTally();
  const matcher = createMatcher(mappings);
  const framer = createFramer({ maxRecordBytes: config.tail.maxRecordBytes, report: tally });
  const survey = createLogSurvey(matcher);
  const inputs = readOptions(config, paths, tally);
  if (inputs.inputs.length > 0) {
    for await (const chunk of readLogs(inputs.inputs, inputs.options)) {
      survey.file(chunk.source);
      for (const frames of framer.push(chunk)) survey.frames(frames);
    }
  }
  const logs = survey.logs();
  const troubles = tally.troubles.map(({ sentence }) => ({ level: 'warning' as const, sentence }));
  return {
    rules: mappings.rules.rules.length,
    logs,
    findings: [
      ...troubles,
      ...(inputs.inputs.length === 0 ? [nothingToRead] : [...missingTiers(logs), ...survey.findings()]),
    ],
  };
}

const nothingToRead: Finding = {
  level: 'note',
  sentence:
    'No path was given and the configuration names no sources, so only configuration and mappings were checked.',
};

/** What a person misses in the traces when a tier has no log. */
const without: Readonly<Record<(typeof tiers)[number], string>> = {
  client:
    'traces begin at the connection point: no installs, registrations or renewals are seen as such. Collect client logs, or follow those of a sample of clients',
  'cloud management gateway':
    "nothing is lost for single requests, but the gateway's counters and refused tokens are not seen. Follow CMG-*-CMGService.log in the site server's Logs folder",
  'connection point':
    'client and management point can only be joined by identity and time. Follow SMS_CLOUD_PROXYCONNECTOR.log on the connection point',
  'management point':
    'no token is seen being issued and no registration processed. Follow SMS_CCM\\Logs on each management point',
};

function missingTiers(logs: readonly SurveyedLog[]): Finding[] {
  return tiers
    .filter((tier) => !logs.some((log) => log.tier === tier && log.recognised > 0))
    .map((tier) => ({
      level: tier === 'cloud management gateway' ? 'note' : 'warning',
      sentence: `No record of the ${tier} was recognised: ${without[tier]}.`,
    }));
}
