import type { Stage } from '../stage.ts';
import type { Device } from '../world.ts';

/** Lines of other matters, on every tier, around a moment: real logs are mostly these. */
export function playNoise(stage: Stage, device: Device, atUs: number): void {
  const { random } = stage;
  const about = (): number => Math.max(stage.startUs, atUs + (random.unit() - 0.5) * 20e6);
  const thread = 2000 + 4 * random.int(1500);
  const connectionPoint = random.pick(device.site.connectionPoints);
  const managementPoint = random.pick(device.site.managementPoints);
  switch (random.int(5)) {
    case 0: {
      stage.write(connectionPoint, 'connector', about(), thread, 'Maintaining connections...');
      return;
    }
    case 1: {
      const when = about();
      const path = `https://${managementPoint.fqdn}/SMS_MP/.sms_aut?MPLIST2&${device.site.code}`;
      const header = `EndpointName: SMS_MP ResponseHeader: HTTP/1.1 200 OK ~~ ResponseBodySize: 5274 ElapsedTime: 44 ms`;
      stage.write(
        connectionPoint,
        'connector',
        when,
        thread,
        `MessageID: ${random.guid()} RequestURI: ${path} ${header}`,
      );
      return;
    }
    case 2: {
      const id = `{${random.guid().toUpperCase()}}`;
      const when = about();
      const queue = 'mp:[http]mp_locationmanager';
      stage.write(
        device,
        'messaging',
        when,
        thread,
        `Sending async message '${id}' to outgoing queue '${queue}'`,
      );
      const sent = `Sending outgoing message '${id}'. Flags 0x200, sender account empty`;
      stage.write(device, 'messaging', when + 1000, thread, sent);
      const delivered = `OutgoingMessage(Queue='mp_[http]mp_locationmanager', ID=${id}): Delivered successfully to host '${device.site.gateway.fqdn}'.`;
      stage.write(device, 'messaging', when + 350_000, thread, delivered);
      return;
    }
    case 3: {
      stage.write(
        device,
        'exec',
        about(),
        thread,
        'Failed to raise pending event as ClientID is not available',
        2,
      );
      return;
    }
    default: {
      const words = 'Domain joined client is in Unknown location. Default to internet to be conservative';
      stage.write(device, 'location', about(), thread, words);
    }
  }
}
