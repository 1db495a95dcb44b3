import type { KnownEvent } from '../segment.ts';
import {
  addIdentity,
  type IdentityKind,
  type IdentitySet,
  identityAttributes,
  identityKinds,
  normalIdentity,
} from './identities.ts';

/** What one client's log lines said of who it is, in order of time. */
export interface HostIdentities {
  learn(known: KnownEvent): void;
  /** Adds what was known up to `untilUs`: the newest device ids, and the users seen. */
  addKnown(set: IdentitySet, untilUs: number): void;
}

interface Learned {
  readonly value: string;
  readonly sinceUs: number;
}

/** Users of one machine that are remembered; older ones are forgotten first. */
const maxUsers = 8;

/** A device has one client GUID and one Entra device id at a time; it may have several users. */
export function createHostIdentities(): HostIdentities {
  const learned: Record<IdentityKind, Learned[]> = {
    clientGuids: [],
    entraDeviceIds: [],
    entraUserIds: [],
    sids: [],
  };
  return {
    learn({ event, timeUs }) {
      for (const [attribute, kind] of identityAttributes) {
        const written = event.attributes[attribute];
        if (written === undefined) continue;
        const value = normalIdentity(written);
        const list = learned[kind];
        if (
          value === '' ||
          list.at(-1)?.value === value ||
          (isUser(kind) && list.some((one) => one.value === value))
        )
          continue;
        list.push({ value, sinceUs: timeUs });
        if (list.length > maxUsers) list.shift();
      }
    },
    addKnown(set, untilUs) {
      for (const kind of identityKinds) {
        const list = learned[kind];
        for (let at = list.length - 1; at >= 0; at--) {
          const one = list[at];
          if (one === undefined || one.sinceUs > untilUs) continue;
          addIdentity(set[kind], one.value);
          if (!isUser(kind)) break;
        }
      }
    },
  };
}

function isUser(kind: IdentityKind): boolean {
  return kind === 'entraUserIds' || kind === 'sids';
}
