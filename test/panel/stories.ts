import { readFileSync } from 'node:fs';
import { diagnosesFile } from '../../grafana-plugin/scripts/diagnoses.ts';
import { failedRenewal } from './failed-renewal.ts';
import { goodRegistration } from './good-registration.ts';
import { hostile } from './hostile.ts';
import { hexId, otlpOf } from './otlp-story.ts';
import type { Story } from './story.ts';

export const stories = [failedRenewal, goodRegistration, hostile] as const;

export function traceIdOf(story: Story): string {
  return hexId(`trace ${story.seed}`, 32);
}

export function otlpOfStory(story: Story) {
  return otlpOf(story.seed, story.startMs, story.spans);
}

/** The story's row in the API's list. */
export function summaryOf(story: Story) {
  const root = story.spans[0]!;
  return {
    traceId: traceIdOf(story),
    story: root.name,
    startUs: story.startMs * 1000,
    durationUs: Math.round((root.to - root.from) * 1000),
    outcome: outcomeOf(story),
    ...noticeOf(story),
    errorType: String(root.attributes?.['error.type'] ?? ''),
    statusMessage: root.failed ?? '',
    diagnosis: String(root.attributes?.['ccm.diagnosis.id'] ?? ''),
    host: root.on.host,
    clientGuid: String(root.attributes?.['ccm.client.guid'] ?? ''),
    spanCount: story.spans.length,
    ...tokenOf(story),
    tiers: [...new Set(story.spans.map((span) => tierNames[span.on.service] ?? ''))],
  };
}

function outcomeOf({ spans }: Story): string {
  if (spans[0]!.failed !== undefined) return 'error';
  return spans.some(notices) ? 'warning' : 'ok';
}

/** What the collector says of the span that the outcome is put down to: in these stories the last that failed or names an error. */
function noticeOf(story: Story): object {
  const outcome = outcomeOf(story);
  const noticed = story.spans.findLast(notices);
  if (outcome === 'ok' || noticed === undefined) return {};
  const { name, attributes } = noticed;
  const text = (key: string) => String(attributes?.[key] ?? '');
  if (outcome === 'warning')
    return { warned: { span: name.replace(/#.*$/, ''), subject: text('ccm.entra.token.subject') } };
  const httpStatus = text('http.response.status_code');
  return httpStatus === '' ? {} : { httpStatus };
}

function notices({ failed, attributes }: Story['spans'][number]): boolean {
  return failed !== undefined || attributes?.['error.type'] !== undefined;
}

function tokenOf(story: Story): { tokenExpiresUs?: number } {
  const expires = story.spans
    .map((span) => span.attributes?.['ccm.token.expires_at'])
    .find((at) => at !== undefined);
  return expires === undefined ? {} : { tokenExpiresUs: Date.parse(`${String(expires)}Z`) * 1000 };
}

const tierNames: Readonly<Record<string, string>> = {
  'ccm-client': 'client',
  'ccm-cmg': 'cloud management gateway',
  'ccm-connection-point': 'connection point',
  'ccm-management-point': 'management point',
};

/** All stories as the API lists them: newest first. */
export const listed = stories.map(summaryOf).sort((a, b) => b.startUs - a.startUs);

/** The API's view of a device with these attempts. */
export function deviceView(attempts: readonly ReturnType<typeof summaryOf>[]) {
  const newest = Math.max(...attempts.map((row) => row.startUs + row.durationUs));
  const got = attempts.find((row) => row.tokenExpiresUs !== undefined);
  return {
    identities: {
      hosts: [...new Set(attempts.map((row) => row.host))],
      clientGuids: [...new Set(attempts.map((row) => row.clientGuid))],
      entraDeviceIds: ['8d2b4ff9-0172-4998-9851-b5324303385f'],
      entraUserIds: ['e8838041-db7a-42d5-b9ae-78813910e4cc'],
      sids: [],
      messageIds: [],
    },
    attempts: [...attempts].sort((a, b) => b.startUs - a.startUs),
    attemptCount: attempts.length,
    firstSeenUs: Math.min(...attempts.map((row) => row.startUs)),
    lastSeenUs: newest,
    token: {
      state: got === undefined ? 'unknown' : (got.tokenExpiresUs ?? 0) < newest ? 'overdue' : 'valid',
      expiresUs: got?.tokenExpiresUs ?? 0,
      cachedUs: got === undefined ? 0 : got.startUs + got.durationUs,
      traceId: got?.traceId ?? '',
    },
    sameCause: {
      errorType: 'connection_point_certificate',
      diagnosis: 'connection-point-certificate',
      traces: 126,
      devices: 42,
    },
  };
}

/** The catalogue as the collector answers it. */
export const diagnoses = JSON.parse(readFileSync(diagnosesFile, 'utf8')) as readonly object[];
