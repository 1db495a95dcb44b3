import { calendar } from '../local-time.ts';
import type { Stage } from '../stage.ts';
import type { Device } from '../world.ts';
import { playEntraToken } from './entra-token.ts';
import { playTokenRequest } from './token-request.ts';

/** A token renewal inside the sync message that needed it (CcmMessaging.log). Returns its end. */
export function playRenewal(stage: Stage, device: Device, atUs: number): number {
  const { random } = stage;
  const { gateway } = device.site;
  const thread = 2000 + 4 * random.int(1500);
  const put = (when: number, text: string, severity: 0 | 1 | 2 | 3 = 1): void => {
    stage.write(device, 'messaging', when, thread, text, severity);
  };
  const sid = device.deviceTokens ? 'S-1-5-18' : device.sid;
  const message = `{${random.guid().toUpperCase()}}`;
  const host = `${gateway.fqdn}/CCM_Proxy_MutualAuth/${gateway.serviceId}`;
  put(
    atUs,
    `Sending remote sync message '${message}' to host '${host}' endpoint 'MP_PolicyManager'. Flags 0x280, sender account ${sid}`,
  );
  const expired = calendar(atUs + (random.unit() - 0.7) * 600e6);
  put(
    atUs + 2000,
    `CCM Token for '${sid}' (${expired.slashes} ${expired.time}) is already expired or close to expire`,
  );
  const tokenUs = random.chance(0.7)
    ? playEntraToken(stage, device, 'entra', thread, atUs + 5000)
    : atUs + 5000;
  const { endUs, failure } = playTokenRequest(stage, device, {
    story: 'token renewal',
    log: 'messaging',
    thread,
    atUs: tokenUs + 3000,
    sid,
    serverLine: false,
  });
  if (failure !== undefined) {
    put(endUs + 1000, `Post to https://${host}/ccm_system_tokenauth/request failed with 0x87d00455.`, 2);
    return endUs;
  }
  const request = `Host=${gateway.fqdn}, Path=/CCM_Proxy_ServerAuth/${gateway.serviceId}/ccm_system_tokenauth/request, Port=443`;
  put(endUs + 1000, `ccmhttp: ${request}, Protocol=https, CcmTokenAuth=1, Flags=0x4200, Options=0x1e0`);
  put(endUs + 1000, `Target URL scheme is HTTPS: https://${host}/ccm_system_tokenauth/request`);
  put(endUs + 2000, 'Appending CCM Token to the header.');
  const repliedUs = endUs + random.logNormal(300, 0.5) * 1000;
  put(
    repliedUs,
    `Message '${message}' got reply message '{${random.guid().toUpperCase()}}' to endpoint 'dummy'`,
  );
  return repliedUs;
}
