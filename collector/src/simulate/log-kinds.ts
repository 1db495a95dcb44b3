/** A log that the fleet writes: where it lies under its host, and how its records are framed. */
export interface LogKind {
  /** Folders under the host's folder. */
  readonly folder: string;
  readonly name: string;
  readonly component: string;
  readonly envelope: 'cmtrace' | 'site';
  /** The envelope's `file`. */
  readonly source: string;
}

const clientFolder = 'CCM/Logs';

export const logKinds = {
  ccmsetup: cmtrace('ccmsetup/Logs', 'ccmsetup', 'ccmsetup', 'ccmsetup.cpp:11051'),
  clientId: cmtrace(clientFolder, 'ClientIDManagerStartup', 'ClientIDManagerStartup', 'regtask.cpp:1592'),
  entra: cmtrace(clientFolder, 'CcmAad', 'CcmAad', 'tokenprovider.cpp:214'),
  messaging: cmtrace(clientFolder, 'CcmMessaging', 'CcmMessaging', 'ccmhttpsend.cpp:402'),
  location: cmtrace(clientFolder, 'LocationServices', 'LocationServices', 'lsad.cpp:3126'),
  exec: cmtrace(clientFolder, 'CcmExec', 'CcmExec', 'entrypoint.cpp:3340'),
  sts: cmtrace('SMS_CCM/Logs', 'CCM_STS', 'CCM_STS', 'sts.cpp:118'),
  registration: cmtrace('SMS_CCM/Logs', 'MP_RegistrationManager', 'MP_RegistrationManager', 'mpreg.cpp:871'),
  connector: site('Logs', 'SMS_CLOUD_PROXYCONNECTOR', 'SMS_CLOUD_PROXYCONNECTOR'),
  gateway: site('Logs', 'CMG-CONTOSOCMG-ProxyService_IN_0-CMGService', 'CMGService'),
} as const satisfies Record<string, LogKind>;

function cmtrace(folder: string, name: string, component: string, source: string): LogKind {
  return { folder, name, component, envelope: 'cmtrace', source };
}

function site(folder: string, name: string, component: string): LogKind {
  return { folder, name, component, envelope: 'site', source: '' };
}
