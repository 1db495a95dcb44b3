import type { LogName, Stage } from '../stage.ts';
import type { Device } from '../world.ts';

/** The Entra token that a CCM token request starts from: the device's, or after a normal fallback the user's. */
export function playEntraToken(
  stage: Stage,
  device: Device,
  log: LogName,
  thread: number,
  atUs: number,
): number {
  const { random, world } = stage;
  const put = (when: number, text: string, severity: 1 | 2 | 3 = 1): void => {
    stage.write(device, log, when, thread, text, severity);
  };
  const ask = `ClientId = ${world.clientAppId}, ResourceUrl = https://ConfigMgrService, AccountId = `;
  const tenant = 'https://login.microsoftonline.com/common/oauth2/token';
  put(atUs, `Getting AAD (device) token with: ${ask}${tenant}`);
  let endUs = atUs + random.logNormal(180, 0.5) * 1000;
  if (device.deviceTokens) {
    put(endUs, `Retrieved AAD token for AAD device '${device.entraDeviceId}'`);
    return endUs;
  }
  put(endUs, "WAM token request failed. Status 5, Details 'AAD WAM extension error'", 3);
  put(endUs, 'Failed to get AAD token..\r\nUnknown error (Error: D0090016; Source: Unknown)', 3);
  put(endUs, "Failed to get AAD token for 'S-1-5-18' from WAM API. Error 0xd0090016", 3);
  put(endUs + 1000, `Falling back to get user '${device.sid}' token for system...`, 2);
  put(endUs + 2000, `Getting AAD (user) token with: ${ask}${device.entraUserId}`);
  endUs += random.logNormal(220, 0.5) * 1000;
  put(endUs, `Retrieved AAD token for AAD user '${device.entraUserId}'`);
  return endUs;
}
