import type { Random } from '../random.ts';

/** How a token request can fail, as published cases show it. */
export const tokenFailures = [
  'token_expired',
  'token_invalid',
  'connection_point_certificate',
  'http_401',
  'http_500',
  'sts_unreachable_login',
  'tls_crl',
  'tls_root_ca',
  'tls_name',
  'timeout',
] as const;

export type TokenFailure = (typeof tokenFailures)[number];

export const registrationFailures = [
  'registration_rejected',
  'certificate_expired',
  'registration_pending',
] as const;

export type RegistrationFailure = (typeof registrationFailures)[number];

export function drawFailure<T extends string>(
  random: Random,
  share: number,
  kinds: readonly [T, ...T[]],
): T | undefined {
  return random.chance(share) ? random.pick(kinds) : undefined;
}

/** How far a failing request gets, and what each tier answers. */
export interface FailureForm {
  readonly reaches: 'client' | 'gateway' | 'connection point' | 'management point';
  readonly status: number;
  readonly statusText: string;
}

const localFailure: FailureForm = { reaches: 'client', status: 0, statusText: '' };
const serverError = { status: 500, statusText: 'CMGConnector_InternalServerError' };
const unauthorized = { status: 401, statusText: 'CMGConnector_Unauthorized' };

const forms: Readonly<Record<TokenFailure, FailureForm>> = {
  token_expired: { reaches: 'management point', ...unauthorized },
  http_500: { reaches: 'management point', ...serverError },
  sts_unreachable_login: { reaches: 'management point', ...serverError },
  http_401: { reaches: 'connection point', ...unauthorized },
  connection_point_certificate: {
    reaches: 'connection point',
    status: 403,
    statusText: 'CMGConnector_Clientcertificaterequired',
  },
  token_invalid: { reaches: 'gateway', status: 401, statusText: 'CMGService_Invalid_Token' },
  tls_crl: localFailure,
  tls_root_ca: localFailure,
  tls_name: localFailure,
  timeout: localFailure,
};

export function formOf(failure: TokenFailure): FailureForm {
  return forms[failure];
}
