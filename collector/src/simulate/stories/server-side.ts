import { calendar } from '../local-time.ts';
import type { Stage } from '../stage.ts';
import type { Stamp } from '../truth.ts';
import { bookThread, type Device, type Server } from '../world.ts';
import { countGatewayRequest } from './gateway-counters.ts';
import { type FailureForm, formOf, type TokenFailure } from './failure.ts';

/** What the servers did with one token request. */
export interface ServerSide {
  /** When the gateway has the answer. */
  readonly answeredUs: number;
  readonly messageId: string;
  readonly gateway: Stamp | undefined;
  readonly forward: Stamp | undefined;
  readonly sts: Stamp | undefined;
}

/** Gateway, connection point and STS, for a request that arrives at the gateway at `atUs`. */
export function serveTokenRequest(
  stage: Stage,
  device: Device,
  atUs: number,
  failure: TokenFailure | undefined,
): ServerSide {
  const form = failure === undefined ? undefined : formOf(failure);
  const { gateway } = device.site;
  const path = `/CCM_PROXY_SERVERAUTH/${gateway.serviceId}/CCM_STS`;
  if (form?.reaches === 'gateway') {
    const thread = bookThread(gateway, stage.random, atUs, atUs + 3000);
    const words = invalidToken(stage, `https://${gateway.fqdn}${path}`);
    const refused = stage.write(gateway, 'gateway', atUs + 2000, thread, words, 3);
    return { answeredUs: atUs + 3000, messageId: '', gateway: refused, forward: undefined, sts: undefined };
  }
  const { random, options } = stage;
  const messageId = random.guid();
  const outerMs = (): number => random.logNormal(options.internetMedianMs / 4, options.internetSigma);
  const arriveUs = atUs + outerMs() * 1000;
  const forwarded = forwardTokenRequest(stage, device, arriveUs, messageId, failure, form);
  const answeredUs = forwarded.endUs + outerMs() * 1000;
  let asked: Stamp | undefined;
  if (options.gatewayRecords) {
    const thread = bookThread(gateway, random, atUs, answeredUs);
    const uri = `https://${gateway.fqdn}/CCM_Proxy_ServerAuth/${gateway.serviceId}/CCM_STS`;
    const request = `Request - MessageID: ${messageId} RequestURI:${uri}`;
    asked = stage.write(gateway, 'gateway', atUs, thread, request);
    const header = `HTTP/1.1 ${form?.status ?? 200} ${form?.statusText ?? 'OK'}`;
    stage.write(
      gateway,
      'gateway',
      answeredUs,
      thread,
      `Response - MessageID: ${messageId} ResponseHeader: ${header}`,
    );
  }
  countGatewayRequest(stage, gateway, path, atUs, answeredUs);
  return { answeredUs, messageId, gateway: asked, forward: forwarded.stamp, sts: forwarded.sts };
}

function forwardTokenRequest(
  stage: Stage,
  device: Device,
  atUs: number,
  messageId: string,
  failure: TokenFailure | undefined,
  form: FailureForm | undefined,
): { readonly endUs: number; readonly stamp: Stamp | undefined; readonly sts: Stamp | undefined } {
  const { random, options } = stage;
  const { gateway, connectionPoints, managementPoints } = device.site;
  const connectionPoint = random.pick(connectionPoints);
  const managementPoint = random.pick(managementPoints);
  const internal = `https://${managementPoint.fqdn}/CCM_STS`;
  const gapUs = (): number => random.logNormal(options.gapMedianMs, options.gapSigma) * 1000;
  let endUs = atUs + 2 * gapUs();
  let sts: Stamp | undefined;
  if (form === undefined || form.reaches === 'management point') {
    const startUs = atUs + gapUs();
    const doneUs = startUs + random.logNormal(options.stsMedianMs, options.stsSigma) * 1000;
    sts = issueToken(stage, device, managementPoint, startUs, doneUs, failure);
    endUs = doneUs + gapUs();
  }
  const thread = bookThread(connectionPoint, random, atUs, atUs + 500);
  const endThread = bookThread(connectionPoint, random, endUs, endUs + 500);
  const put = (when: number, text: string, on = thread): Stamp | undefined =>
    stage.write(connectionPoint, 'connector', when, on, text);
  let stamp: Stamp | undefined;
  if (options.verbose) {
    const outer = `https://${gateway.fqdn}/CCM_Proxy_MutualAuth/${gateway.serviceId}/CCM_STS`;
    put(
      atUs,
      `Switched to internal URL. Replaced '${outer}' in '${outer}' with '${internal}' and got '${internal}'~~`,
    );
    stamp = put(atUs, `Forwarding proxy message ${messageId} to URL: ${internal}`);
  }
  if (failure === 'connection_point_certificate') {
    put(endUs - 1000, 'Filtered cert count with client auth: 0', endThread);
    put(endUs - 500, 'Chain 1 status: OfflineRevocation', endThread);
  }
  const answer = `HTTP/1.1 ${form?.status ?? 200} ${form?.statusText ?? 'OK'}`;
  if (form !== undefined && options.verbose) {
    const at = '  at System.Net.HttpWebRequest.EndGetResponse(IAsyncResult asyncResult)';
    const words = `The remote server returned an error: (${form.status}) ${form.statusText}.`;
    put(endUs, `Web exception for message ${messageId}: System.Net.WebException: ${words}~~${at}`, endThread);
  }
  if (options.verbose)
    put(endUs, `Received response ${internal} for message ${messageId}: ${answer}`, endThread);
  const elapsed = Math.floor((endUs - atUs) / 1000);
  const sizes = `ResponseBodySize: ${form ? 5274 : 1400 + random.int(300)} ElapsedTime: ${elapsed} ms`;
  const whole = `MessageID: ${messageId} RequestURI: ${internal} EndpointName: CCM_STS ResponseHeader: ${answer} ~~ ${sizes}`;
  const last = put(endUs, whole, endThread);
  return { endUs, stamp: stamp ?? last, sts };
}

function issueToken(
  stage: Stage,
  device: Device,
  server: Server,
  startUs: number,
  endUs: number,
  failure: TokenFailure | undefined,
): Stamp | undefined {
  const thread = bookThread(server, stage.random, startUs, endUs);
  const { tenantId, hierarchyId } = stage.world;
  const step = (share: number): number => startUs + (endUs - startUs) * share;
  const put = (share: number, text: string, severity: 1 | 3 = 1): Stamp | undefined =>
    stage.write(server, 'sts', step(share), thread, text, severity);
  const start = put(0, 'ProcessRequest - Start');
  put(0.02, `Incoming request URL: https://${server.fqdn}/CCM_STS`);
  if (failure === 'token_expired') {
    put(1, expiredToken(step(1)), 3);
    return start;
  }
  if (failure === 'http_500') {
    const assembly = `Could not load file or assembly 'System.IdentityModel.Tokens.JWT.`;
    put(1, `ProcessRequest - Exception: System.IO.FileLoadException: ${assembly}`, 3);
    return start;
  }
  if (failure === 'sts_unreachable_login') {
    const mise = `MISE12034: AuthenticationTicketProvider Name:AuthenticationTicketProvider`;
    const socket =
      'System.Net.Sockets.SocketException: No connection could be made because the target machine actively refused it';
    put(
      1,
      `Microsoft.Identity.ServiceEssentials.Exceptions.MiseAuthenticationTicketProviderException: ${mise}\r\n${socket}`,
      3,
    );
    return start;
  }
  const type = device.deviceTokens ? 'Device' : 'UDA';
  const sids = device.deviceTokens
    ? 'OnPrem_UserSid:  OnPrem_DeviceSid: '
    : `OnPrem_UserSid: ${device.sid} OnPrem_DeviceSid: `;
  const user = device.deviceTokens ? '' : device.entraUserId;
  put(
    0.5,
    `Validated AAD token. TokenType: ${type} TenantId: ${tenantId} UserId: ${user} DeviceId: ${device.entraDeviceId} ${sids} `,
  );
  put(0.51, `TokenType is ${type}`);
  const ids = `hierarchyId: ${hierarchyId}, userId: ${user}, deviceId: GUID:${device.clientGuid}`;
  put(0.9, `Created SCCM token, token type: ${type}, ${ids}`);
  put(0.95, 'Issued token');
  put(1, 'Return token to client');
  return start;
}

function expiredToken(atUs: number): string {
  const now = calendar(atUs);
  const before = calendar(atUs - 26 * 86_400e6);
  return [
    'Return code: 401, Description: PreAuth token validation failed, System.IdentityModel.Tokens.SecurityTokenExpiredException:',
    'IDX10223: Lifetime validation failed. The token is expired.',
    `ValidTo: '${before.slashes} ${before.time}'`,
    `Current time: '${now.slashes} ${now.time}'.`,
    '   at System.IdentityModel.Tokens.Validators.ValidateLifetime(Nullable`1 notBefore, Nullable`1 expires)',
  ].join('\r\n');
}

function invalidToken(stage: Stage, url: string): string {
  const { tenantId } = stage.world;
  const why = `There is no appropriate token validator to validate the token with issuer https://sts.windows.net/${tenantId}/ and audience https://ConfigMgrService`;
  return `ERROR: Security token validation exception with requesting URL ${url}. System.IdentityModel.Tokens.SecurityTokenValidationException: ${why}`;
}
