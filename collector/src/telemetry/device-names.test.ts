import { describe, expect, it } from 'vitest';
import { madeTrace } from '../../../test/support/traces.ts';
import type { DeviceIdentities, Trace } from '../model/span.ts';
import { DeviceNames } from './device-names.ts';

const nobody: DeviceIdentities = {
  hosts: [],
  clientGuids: [],
  entraDeviceIds: [],
  entraUserIds: [],
  sids: [],
  messageIds: [],
};

function traceOf(number: number, host: string, known: Partial<DeviceIdentities>): Trace {
  return { ...madeTrace({ number, host }), identities: { ...nobody, ...known } };
}

/** The same trace without its client's part. */
function seenFromServer(trace: Trace): Trace {
  const [root] = trace.spans;
  return {
    ...trace,
    spans: [{ ...root, resource: { ...root.resource, tier: 'management point', host: 'MP01' } }],
  };
}

describe('DeviceNames', () => {
  it('names a device alike whether a trace knows its host, its GUID or both', () => {
    const names = new DeviceNames();
    const both = names.nameOf(traceOf(1, 'WIN-1', { clientGuids: ['A'] }));
    expect(names.nameOf(traceOf(2, 'win-1', {}))).toBe(both);
    expect(
      names.nameOf(seenFromServer(traceOf(3, 'WIN-9', { clientGuids: ['A'], entraDeviceIds: ['e'] }))),
    ).toBe(both);
    expect(names.nameOf(seenFromServer(traceOf(4, 'WIN-9', { entraDeviceIds: ['e'] })))).toBe(both);
  });

  it('tells two devices of one user apart', () => {
    const names = new DeviceNames();
    const one = names.nameOf(traceOf(1, 'WIN-1', { sids: ['S-1-5-21-1'] }));
    expect(names.nameOf(traceOf(2, 'WIN-2', { sids: ['S-1-5-21-1'] }))).not.toBe(one);
  });

  it('goes by the user where nothing else is known, and by nothing where that is not', () => {
    const names = new DeviceNames();
    expect(names.nameOf(seenFromServer(traceOf(1, 'x', { entraUserIds: ['u'] })))).toBe('user u');
    expect(names.nameOf(seenFromServer(traceOf(2, 'x', {})))).toBe('');
  });

  it('forgets the identity used longest ago at its limit', () => {
    const names = new DeviceNames(2);
    names.nameOf(traceOf(1, 'WIN-1', { clientGuids: ['A'] }));
    names.nameOf(traceOf(2, 'WIN-2', {}));
    expect(names.nameOf(seenFromServer(traceOf(3, 'x', { clientGuids: ['A'] })))).toBe('host win-1');
    names.nameOf(traceOf(4, 'WIN-3', {}));
    names.nameOf(traceOf(5, 'WIN-4', {}));
    expect(names.nameOf(seenFromServer(traceOf(6, 'x', { clientGuids: ['A'] })))).toBe('guid A');
  });
});
