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
    outcome: root.failed === undefined ? 'ok' : 'error',
    errorType: String(root.attributes?.['error.type'] ?? ''),
    statusMessage: root.failed ?? '',
    diagnosis: String(root.attributes?.['ccm.diagnosis.id'] ?? ''),
    host: root.on.host,
    clientGuid: String(root.attributes?.['ccm.client.guid'] ?? ''),
    spanCount: story.spans.length,
    tiers: [...new Set(story.spans.map((span) => tierNames[span.on.service] ?? ''))],
  };
}

const tierNames: Readonly<Record<string, string>> = {
  'ccm-client': 'client',
  'ccm-cmg': 'cloud management gateway',
  'ccm-connection-point': 'connection point',
  'ccm-management-point': 'management point',
};

export const diagnoses = [
  {
    id: 'connection-point-certificate',
    title: 'The connection point has no client certificate that the management point accepts.',
    cause:
      'An HTTPS management point asks the connection point for a client-authentication certificate; none is usable.',
    remedy:
      'Issue a client-authentication certificate to the connection point from a root that the management point trusts, with its private key, then restart SMS_EXECUTIVE there.',
    links: [
      {
        title: 'Microsoft: CMG communication error',
        url: 'https://learn.microsoft.com/troubleshoot/mem/configmgr/cloud-services/cmg-communication-error',
      },
    ],
  },
];
