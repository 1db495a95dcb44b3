import { calendar } from '../local-time.ts';
import type { LogName, Stage } from '../stage.ts';
import type { CallTruth, Stamp } from '../truth.ts';
import type { Device } from '../world.ts';
import { drawFailure, formOf, type TokenFailure, tokenFailures } from './failure.ts';
import { serveTokenRequest } from './server-side.ts';

export interface TokenRequestPlan {
  readonly story: CallTruth['story'];
  readonly log: LogName;
  readonly thread: number;
  readonly atUs: number;
  /** SID that the token is cached for. */
  readonly sid: string;
  /** A renewal's first line names the URL only (published sample). */
  readonly serverLine: boolean;
}

export interface TokenRequestResult {
  readonly endUs: number;
  readonly failure: TokenFailure | undefined;
}

const tokenLifetimeUs = 8 * 3600e6;

/** The client's half of a CCM token request, with everything behind it. */
export function playTokenRequest(stage: Stage, device: Device, plan: TokenRequestPlan): TokenRequestResult {
  const { random, options } = stage;
  const { gateway } = device.site;
  const { log, thread, atUs } = plan;
  const host = `${gateway.fqdn}/CCM_Proxy_MutualAuth/${gateway.serviceId}`;
  const url = `https://${host}/CCM_STS`;
  const put = (when: number, text: string, severity: 0 | 1 | 2 | 3 = 1): Stamp | undefined =>
    stage.write(device, log, when, thread, text, severity);
  const opened = plan.serverLine ? put(atUs, `Getting CCM Token from STS server '${host}'`) : undefined;
  const sent = put(atUs + (plan.serverLine ? 1500 : 0), `Getting CCM Token from ${url}`);
  const failure = drawFailure(random, options.failures, tokenFailures);
  const form = failure === undefined ? undefined : formOf(failure);
  const latencyUs = (): number => random.logNormal(options.internetMedianMs, options.internetSigma) * 1000;
  let endUs = atUs + 2 * latencyUs();
  let served: ReturnType<typeof serveTokenRequest> | undefined;
  if (form?.reaches !== 'client') {
    served = serveTokenRequest(stage, device, atUs + latencyUs(), failure);
    endUs = served.answeredUs + latencyUs();
  } else if (failure === 'timeout') endUs = atUs + 30e6;
  let last: Stamp | undefined;
  if (failure === undefined) {
    const { slashes, time } = calendar(endUs + tokenLifetimeUs);
    last = put(endUs, `Cached encrypted token for '${plan.sid}'. Will expire at '${slashes} ${time}'`);
  } else {
    for (const text of failureLines(failure, url)) put(endUs, text);
    last = put(
      endUs,
      "Failed to get CCM access token and client doesn't have PKI issued cert to use SSL. Error 0x80070002",
      3,
    );
  }
  stage.record({
    story: plan.story,
    kind: 'token request',
    device: device.name,
    site: device.site.code,
    startedAt: new Date(atUs / 1000).toISOString(),
    durationMs: Math.round((endUs - atUs) / 1000),
    outcome: failure === undefined ? 'ok' : 'error',
    failure: failure ?? '',
    client: opened ?? sent,
    clientEnd: last,
    messageId: served?.messageId ?? '',
    gateway: served?.gateway,
    forward: served?.forward,
    sts: served?.sts,
    register: undefined,
  });
  return { endUs, failure };
}

const tlsFlags: Partial<Record<TokenFailure, readonly [bit: number, flag: string]>> = {
  tls_crl: [0x1, 'CERT_REV_FAILED'],
  tls_root_ca: [0x8, 'INVALID_CA'],
  tls_name: [0x10, 'CERT_CN_INVALID'],
};

function failureLines(failure: TokenFailure, url: string): readonly string[] {
  const tls = tlsFlags[failure];
  if (tls !== undefined) return tlsLines(url, ...tls);
  if (failure === 'timeout')
    return [
      'Failed in WinHttpReceiveResponse API, ErrorCode = 0x2ee2',
      `[CCMHTTP] ERROR: URL=${url}, Port=443, Options=63, Code=12002, Text=ERROR_WINHTTP_TIMEOUT`,
      '[CCMHTTP] ERROR INFO: StatusCode=<unknown> StatusText=',
      'RetrieveTokenFromStsServerImpl failed with error 0x87d00231',
    ];
  const { status, statusText } = formOf(failure);
  return [
    `[CCMHTTP] ERROR: URL=${url}, Port=443, Options=63, Code=0, Text=CCM_E_BAD_HTTP_STATUS_CODE`,
    `[CCMHTTP] ERROR INFO: StatusCode=${status} StatusText=${statusText}`,
    'RetrieveTokenFromStsServerImpl failed with error 0x87d0027e',
  ];
}

function tlsLines(url: string, bit: number, flag: string): readonly string[] {
  return [
    'Failed in WinHttpSendRequest API, ErrorCode = 0x2f8f',
    '[CCMHTTP] AsyncCallback(): WINHTTP_CALLBACK_STATUS_SECURE_FAILURE Encountered',
    '[CCMHTTP]             : dwStatusInformationLength is 4',
    `[CCMHTTP]             : lpvStatusInformation is 0x${bit.toString(16)}`,
    `[CCMHTTP]             : WINHTTP_CALLBACK_STATUS_FLAG_${flag} is set`,
    '[CCMHTTP] AsyncCallback(): -----------------------------------------------------------------',
    `[CCMHTTP] ERROR: URL=${url}, Port=443, Options=63, Code=12175, Text=ERROR_WINHTTP_SECURE_FAILURE`,
    '[CCMHTTP] ERROR INFO: StatusCode=<unknown> StatusText=',
    'RetrieveTokenFromStsServerImpl failed with error 0x80072f8f',
  ];
}
