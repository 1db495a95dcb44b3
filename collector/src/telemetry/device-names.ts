import type { Trace } from '../model/span.ts';

/**
 * One name for each device, whichever of its identities a trace happens to know: a renewal that succeeds names the client
 * GUID, one that fails before the management point may know the host alone. Counted by what each says first, one device
 * would be two.
 */
export class DeviceNames {
  readonly #limit: number;
  /** Identity to name, the one used longest ago first. */
  readonly #names = new Map<string, string>();

  constructor(limit = 1_000_000) {
    this.#limit = limit;
  }

  /** The name of the trace's device, the same for all traces that share an identity of a device; empty for none. */
  nameOf(trace: Trace): string {
    const identities = identitiesOf(trace);
    const name =
      identities.map((identity) => this.#names.get(identity)).find((known) => known !== undefined) ??
      identities[0] ??
      '';
    for (const identity of identities) this.#remember(identity, name);
    return name;
  }

  #remember(identity: string, name: string): void {
    this.#names.delete(identity);
    this.#names.set(identity, name);
    if (this.#names.size <= this.#limit) return;
    for (const oldest of this.#names.keys()) {
      this.#names.delete(oldest);
      break;
    }
  }
}

/** What stands for the device. A user may have several, so users count only where nothing else is known. */
function identitiesOf({ identities, spans }: Trace): readonly string[] {
  const { clientGuids, entraDeviceIds, entraUserIds, sids } = identities;
  const host = spans.find(({ resource }) => resource.tier === 'client')?.resource.host.toLowerCase();
  const own = [
    ...(host === undefined ? [] : [`host ${host}`]),
    ...clientGuids.map((id) => `guid ${id}`),
    ...entraDeviceIds.map((id) => `entra ${id}`),
  ];
  const user = entraUserIds[0] ?? sids[0];
  return own.length > 0 || user === undefined ? own : [`user ${user}`];
}
