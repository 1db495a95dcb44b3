import type { Stage } from '../stage.ts';
import type { Device } from '../world.ts';
import { playEntraToken } from './entra-token.ts';
import { playTokenRequest } from './token-request.ts';

export interface InstallResult {
  readonly endUs: number;
  readonly installed: boolean;
}

const retryUs = 600e6;
const maxAttempts = 3;

/** A client install over the internet (ccmsetup.log); without a token ccmsetup retries every ten minutes. */
export function playInstall(stage: Stage, device: Device, atUs: number): InstallResult {
  const { random, world } = stage;
  const { gateway } = device.site;
  const process = 4 * (1000 + random.int(3000));
  const thread = 4 * (1000 + random.int(3000));
  const put = (when: number, text: string, severity: 0 | 1 | 2 | 3 = 1): void => {
    stage.write(device, 'ccmsetup', when, thread, text, severity);
  };
  put(atUs, `==========[ ccmsetup started in process ${process} ]==========`);
  let nowUs = atUs + 400_000;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    put(nowUs, `Getting AAD info from CMG '${gateway.fqdn}'`);
    const query = `Host=${gateway.fqdn}, Path=/CCM_Proxy_ServerAuth/AADAuthInfo?TenantID=${world.tenantId}, Port=443`;
    put(nowUs + 1000, `SMS CCM 5.0: ${query}, Protocol=https, CcmTokenAuth=0, Flags=0x1304, Options=0xe0`);
    put(nowUs + 2000, 'Created connection on port 443');
    put(nowUs + 3000, 'Enabled SSL revocation check.');
    nowUs = playEntraToken(stage, device, 'ccmsetup', thread, nowUs + 300_000);
    const token = {
      story: 'client install',
      log: 'ccmsetup',
      thread,
      sid: 'S-1-5-18',
      serverLine: true,
    } as const;
    const { endUs, failure } = playTokenRequest(stage, device, { ...token, atUs: nowUs + 5000 });
    nowUs = endUs + 5000;
    if (failure === undefined) return { endUs: finish(stage, device, nowUs, thread), installed: true };
    put(nowUs, 'DownloadFileByWinHTTP failed with a non-recoverable failure, 0x87d00455', 3);
    if (attempt < maxAttempts) put(nowUs + 1000, 'Next retry in 10 minute(s)...', 2);
    nowUs += attempt < maxAttempts ? retryUs : 1000;
  }
  put(nowUs, 'CcmSetup failed with error code 0x80004005');
  return { endUs: nowUs, installed: false };
}

function finish(stage: Stage, device: Device, atUs: number, thread: number): number {
  const { random } = stage;
  const { gateway } = device.site;
  const host = `${gateway.fqdn}/CCM_PROXY_MutualAuth/${gateway.serviceId}`;
  let nowUs = atUs;
  const put = (afterMs: number, text: string, severity: 0 | 1 | 2 = 1): void => {
    nowUs += afterMs * 1000;
    stage.write(device, 'ccmsetup', nowUs, thread, text, severity);
  };
  const path = `Path=/CCM_Proxy_ServerAuth/${gateway.serviceId}/ccm_system_tokenauth/request`;
  put(
    2,
    `ccmsetup: Host=${gateway.fqdn}, ${path}, Port=443, Protocol=https, CcmTokenAuth=1, Flags=0x4100, Options=0xe0`,
  );
  put(1, 'Created connection on port 443');
  put(
    1,
    `Sending location request to '${host}' with payload '<SiteInfoRequest SchemaVersion="1.00"></SiteInfoRequest>'`,
  );
  put(1, 'Appending CCM Token to the header.');
  put(random.logNormal(250, 0.4), `Received message '<SiteInfoReply SchemaVersion="1.00"></SiteInfoReply>'`);
  put(1, `Checking the URL 'https://${host}/CCM_Client/ccmsetup.cab'`);
  put(random.logNormal(200, 0.4), `Found a valid online MP 'https://${host}'.`);
  put(1, 'Searching for DP locations from MP(s)...');
  put(2, 'CCMSETUP bootstrap from Internet: 1');
  put(
    1,
    'Sending message body \'<ContentLocationRequest SchemaVersion="1.00"  BGRVersion="1"></ContentLocationRequest>\'',
  );
  const content = `https://${gateway.fqdn}/downloadrestservice.svc/getcontentxmlsecure?pid=CS100001&cid=CS100001`;
  put(random.logNormal(300, 0.4), `The location '${content}' is on Azure`);
  const product = `{${random.guid().toUpperCase()}}`;
  put(
    random.logNormal(30_000, 0.4),
    `Installing version 5.00.9128.1000 of the client with product code ${product}`,
  );
  put(100, 'Running installation package');
  put(10, `  Package:     C:\\WINDOWS\\ccmsetup\\{${random.guid().toUpperCase()}}\\client.msi`);
  put(4000, 'MSI: Action 15:32:38: CcmRestorePowerScheme. Restore original power scheme.', 0);
  put(random.logNormal(60_000, 0.3), 'CcmSetup is exiting with return code 0');
  return nowUs;
}
