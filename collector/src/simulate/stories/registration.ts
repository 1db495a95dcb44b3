import type { Stage } from '../stage.ts';
import type { Stamp } from '../truth.ts';
import { bookThread, type Device } from '../world.ts';
import { playEntraToken } from './entra-token.ts';
import { drawFailure, type RegistrationFailure, registrationFailures } from './failure.ts';
import { playTokenRequest } from './token-request.ts';

/** Registration after an install, and the token that follows it (ClientIDManagerStartup.log). Returns its end. */
export function playRegistration(stage: Stage, device: Device, atUs: number): number {
  const { random, options } = stage;
  const thread = 2000 + 4 * random.int(1500);
  const put = (when: number, text: string, severity: 1 | 2 | 3 = 1): Stamp | undefined =>
    stage.write(device, 'clientId', when, thread, text, severity);
  put(atUs, "AADJoinStatusTask: Client hasn't been registered yet.");
  put(atUs + 1000, 'RegEndPoint: Event notification: CCM_RemoteClient_Reassigned');
  put(
    atUs + 2000,
    `RegEndPoint: Received notification for site assignment change from '<none>' to '${device.site.code}'.`,
  );
  const startUs = atUs + 1e6;
  put(startUs, '[RegTask] - Starting registration, attempt 1.');
  const sent = put(
    startUs + 4000,
    `[RegTask] - Client is not registered. Sending registration request for GUID:${device.clientGuid} ...`,
  );
  put(startUs + 5000, 'Registering client using AAD auth.');
  const entraUs = playEntraToken(stage, device, 'entra', thread, startUs + 8000);
  const failure = drawFailure(random, options.failures, registrationFailures);
  const latencyUs = (): number =>
    random.logNormal(2 * options.internetMedianMs, options.internetSigma) * 1000;
  const served = register(stage, device, entraUs + latencyUs(), failure);
  const endUs = served.endUs + latencyUs();
  const last = put(endUs, answer(device, failure), failure === undefined ? 1 : 2);
  stage.record({
    story: 'client registration',
    kind: 'registration',
    device: device.name,
    site: device.site.code,
    startedAt: new Date(startUs / 1000).toISOString(),
    durationMs: Math.round((endUs - startUs) / 1000),
    outcome: failure === undefined ? 'ok' : 'error',
    failure: failure ?? '',
    client: sent,
    clientEnd: last,
    messageId: '',
    gateway: undefined,
    forward: undefined,
    sts: undefined,
    register: served.stamp,
  });
  if (failure !== undefined) return endUs;
  const token = {
    story: 'client registration',
    log: 'clientId',
    thread,
    sid: 'S-1-5-18',
    serverLine: true,
  } as const;
  return playTokenRequest(stage, device, { ...token, atUs: endUs + 20_000 }).endUs;
}

function answer(device: Device, failure: RegistrationFailure | undefined): string {
  const assigned = `Server assigned ClientID is GUID:${device.clientGuid}.`;
  if (failure === 'registration_pending') return `[RegTask] - Client registration is pending. ${assigned}`;
  if (failure !== undefined) return '[RegTask] - Server rejected registration 3';
  return `[RegTask] - Client is registered. ${assigned} Approval status 3`;
}

function register(
  stage: Stage,
  device: Device,
  atUs: number,
  failure: RegistrationFailure | undefined,
): { readonly endUs: number; readonly stamp: Stamp | undefined } {
  const { random, world } = stage;
  const server = random.pick(device.site.managementPoints);
  const endUs = atUs + random.logNormal(250, 0.6) * 1000;
  const thread = bookThread(server, random, atUs, endUs);
  const put = (share: number, text: string, severity: 1 | 3 = 1): Stamp | undefined =>
    stage.write(server, 'registration', atUs + (endUs - atUs) * share, thread, text, severity);
  const stamp = put(
    0,
    `Registering device using AAD auth: DeviceId='${device.entraDeviceId}', TenantId='${world.tenantId}'`,
  );
  put(0.1, `Processing Registration request from Client 'GUID:${device.clientGuid}'`);
  const certificate = `Certificate [Thumbprint ${random.hex(40).toUpperCase()}] issued to '${device.name}'`;
  put(0.2, `Begin validation of ${certificate}`);
  if (failure === 'certificate_expired') put(0.4, `${certificate} has expired.`, 3);
  else put(0.4, `Completed validation of ${certificate}`);
  if (failure === 'certificate_expired' || failure === 'registration_rejected') {
    put(0.6, 'MP Reg: Registration request body is invalid.', 3);
    put(0.8, 'MP Reg: Registration failed.', 3);
    put(1, 'MP Reg: Processing completed. Completion state = 0');
  } else put(1, 'MP Reg: Processing completed. Completion state = 1');
  return { endUs, stamp };
}
