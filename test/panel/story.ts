import type { Place, StorySpan } from './otlp-story.ts';

export const client: Place = { service: 'ccm-client', host: 'WIN-042', offsetMs: -840, errorMs: 170 };
export const cp: Place = { service: 'ccm-connection-point', host: 'CP01' };
export const mp: Place = { service: 'ccm-management-point', host: 'MP01', offsetMs: 12 };
export const guid = '13E80CEF-5698-4C63-9ED6-E58FBFF78C38';
export const messageId = '3087bd34-b82c-4950-b972-e82bb0fb8385';
export const proxyLog = 'SMS_CLOUD_PROXYCONNECTOR.log';

/** A story, its spans and what the list says of it. */
export interface Story {
  readonly seed: string;
  readonly startMs: number;
  readonly spans: readonly StorySpan[];
}
