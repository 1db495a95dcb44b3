import { DataHoverClearEvent, DataHoverEvent, type EventBus } from '@grafana/data';
import { useCallback, useEffect, useState } from 'react';

/** Where other panels point at, and a way to tell them where this one does; ms. */
export function useCrosshair(bus: EventBus): [number | undefined, (ms: number | undefined) => void] {
  const [hover, setHover] = useState<number | undefined>(undefined);
  useEffect(() => {
    const pointed = bus.getStream(DataHoverEvent).subscribe((event) => {
      const time: unknown = event.payload.point?.['time'];
      if (event.payload.data === undefined || event.payload.data !== ours) {
        setHover(typeof time === 'number' ? time : undefined);
      }
    });
    const cleared = bus.getStream(DataHoverClearEvent).subscribe(() => setHover(undefined));
    return () => {
      pointed.unsubscribe();
      cleared.unsubscribe();
    };
  }, [bus]);
  const tell = useCallback(
    (ms: number | undefined) => {
      if (ms === undefined) bus.publish(new DataHoverClearEvent());
      else bus.publish(new DataHoverEvent({ point: { time: ms }, data: ours }));
    },
    [bus],
  );
  return [hover, tell];
}

/** Marks our own events: an empty frame that no panel has. */
const ours = { fields: [], length: 0 };
