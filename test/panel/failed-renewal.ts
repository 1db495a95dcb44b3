import { client, cp, guid, messageId, proxyLog, type Story } from './story.ts';

/** The connection point has no certificate: the request ends there, the management point is not reached. */
export const failedRenewal: Story = {
  seed: 'failed renewal',
  startMs: Date.UTC(2026, 2, 8, 7, 31, 46, 376),
  spans: [
    {
      name: 'token renewal',
      on: client,
      from: 0,
      to: 412,
      failed: 'The connection point answered 403 CMGConnector_Clientcertificaterequired',
      attributes: {
        'ccm.client.guid': guid,
        'ccm.user.sid': 'S-1-5-18',
        'error.type': 'connection_point_certificate',
        'ccm.diagnosis.id': 'connection-point-certificate',
      },
      records: [
        {
          at: 0.4,
          name: 'token.expiring',
          says: "CCM Token for 'S-1-5-18' (03/02/2026 16:02:15) is already expired or close to expire",
          log: 'CcmMessaging.log',
          offset: 90_112,
        },
      ],
    },
    {
      name: 'token request',
      on: client,
      under: 'token renewal',
      kind: 'client',
      from: 4,
      to: 408,
      failed: 'No CCM token: the gateway answered 403',
      attributes: {
        'url.full': 'https://CONTOSOCMG.CLOUDAPP.NET/CCM_Proxy_ServerAuth/72186325152220500/CCM_STS',
        'http.response.status_code': 403,
        'error.type': 'http_403',
        'ccm.cmg.name': 'CONTOSOCMG',
        'ccm.cmg.average_elapsed_ms': 69,
      },
      records: [
        {
          at: 4,
          name: 'token.request.sent',
          says: 'Getting CCM Token from https://CONTOSOCMG.CLOUDAPP.NET/CCM_Proxy_ServerAuth/72186325152220500/CCM_STS',
          log: 'CcmMessaging.log',
          offset: 90_410,
        },
        {
          at: 402,
          name: 'http.response.failed',
          says: '[CCMHTTP] ERROR INFO: StatusCode=403 StatusText=CMGConnector_Clientcertificaterequired',
          log: 'CcmMessaging.log',
          offset: 90_877,
        },
        {
          at: 408,
          name: 'token.unavailable',
          says: "Failed to get CCM access token and client doesn't have PKI issued cert to use SSL. Error 0x80070002",
          log: 'CcmMessaging.log',
          offset: 91_203,
        },
      ],
    },
    {
      name: 'connection point forward',
      on: cp,
      under: 'token request',
      kind: 'server',
      from: 118,
      to: 162,
      failed: '403 CMGConnector_Clientcertificaterequired',
      attributes: {
        'ccm.message.id': messageId,
        'url.full': 'https://MP01.CONTOSO.LOCAL/CCM_STS',
        'http.response.status_code': 403,
        'error.type': 'connection_point_certificate',
        'ccm.diagnosis.id': 'connection-point-certificate',
        'ccm.link.method': 'time',
        'ccm.link.confidence': 0.93,
        'ccm.elapsed_ms': 44,
      },
      records: [
        {
          at: 118,
          name: 'connector.request.forwarded',
          says: `Forwarding proxy message ${messageId} to URL: https://MP01.CONTOSO.LOCAL/CCM_STS`,
          log: proxyLog,
          offset: 184_022,
        },
        {
          at: 162,
          name: 'connector.request.failed',
          says: `MessageID: ${messageId} RequestURI: https://MP01.CONTOSO.LOCAL/CCM_STS EndpointName: CCM_STS ResponseHeader: HTTP/1.1 403 CMGConnector_Clientcertificaterequired ElapsedTime: 44 ms`,
          log: proxyLog,
          offset: 184_391,
        },
        {
          at: 164,
          name: 'connector.certificate.filtered',
          says: 'Filtered cert count with client auth: 0',
          log: proxyLog,
          offset: 184_702,
        },
      ],
    },
  ],
};
