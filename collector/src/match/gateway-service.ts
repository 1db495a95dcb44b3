import type { AttributeValue } from '../model/attributes.ts';

/** Longer addresses are searched only so far. */
const addressLength = 512;

/** A gateway's addresses carry the number of its service: `…/CCM_Proxy_MutualAuth/72186325152220500/…`, in any letter case. */
export function readGatewayService(values: Record<string, AttributeValue>): void {
  for (const attribute of ['url.full', 'url.path', 'ccm.url.external']) {
    const address = values[attribute];
    if (typeof address !== 'string') continue;
    const found = /\/ccm_proxy_(?:mutual|server)auth\/(\d{1,20})(?=\/|$)/i.exec(
      address.slice(0, addressLength),
    );
    if (found === null) continue;
    values['ccm.cmg.service_id'] = found[1] ?? '';
    return;
  }
}
