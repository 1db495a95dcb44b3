import { useLayoutEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { buildMinimap } from '../layout/minimap.ts';
import { clampRange, extentOf, type TimeRange } from '../layout/time.ts';
import { beginPaint } from './canvas.ts';
import { useSurroundings } from './context.ts';
import type { ViewAction, ViewState } from './state.ts';
import type { TraceShape } from './trace-shape.ts';
import { gutter, labelWidth } from './measures.ts';
import { useSize } from './use-size.ts';

const height = 44;

export interface MinimapProps {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** The whole trace at a glance, with a brush to zoom. */
export function Minimap({ shape, state, dispatch }: MinimapProps) {
  const { translator: t, tokens } = useSurroundings();
  const strip = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useSize(strip).width;
  const names = labelWidth(room);
  const width = Math.max(0, room - names - gutter);
  const whole = useMemo(() => extentOf(shape.table, state.clock), [shape, state.clock]);
  const map = useMemo(
    () => (width === 0 ? undefined : buildMinimap(shape.table, shape.lanes, whole, width, state.clock)),
    [shape, whole, width, state.clock],
  );
  const [drag, setDrag] = useState<TimeRange | undefined>(undefined);
  useLayoutEffect(() => {
    if (canvas.current === null || map === undefined) return;
    const context = beginPaint(canvas.current, map.width, height);
    if (context === undefined) return;
    const band = (height - 2) / map.lanes;
    shape.lanes.lanes.forEach((lane, k) => {
      const colour = tokens.lanes[lane.colour] ?? tokens.dim;
      for (let x = 0; x < map.width; x += 1) {
        const cell = map.cells[k * map.width + x]!;
        if (cell === 0) continue;
        context.fillStyle = cell === 2 ? tokens.error : colour;
        context.fillRect(x, 1 + k * band, cell === 2 ? 2 : 1, Math.max(1, band - 1));
      }
    });
  }, [map, shape, tokens]);
  const shown = drag ?? state.window;
  const part = (ms: number) => ((ms - whole.fromMs) / (whole.toMs - whole.fromMs)) * 100;
  const toMs = (event: PointerEvent) => {
    const edge = box.current!.getBoundingClientRect();
    return whole.fromMs + ((event.clientX - edge.left) / edge.width) * (whole.toMs - whole.fromMs);
  };
  return (
    <div ref={strip} className="ccm-overview">
      <p style={{ width: `${names}px` }} aria-hidden="true">
        {t.text('minimap.title')}
        <span>
          <i className="ccm-swatch ccm-minimap-failed" /> {t.text('outcome.error')}
        </span>
      </p>
      <div
        ref={box}
        title={t.text('minimap.label')}
        style={{ width: `${width}px` }}
        className="ccm-minimap"
        role="img"
        aria-label={
          shown === undefined
            ? t.text('minimap.label')
            : `${t.text('minimap.label')} ${t.text('minimap.window', {
                from: t.duration(shown.fromMs - whole.fromMs),
                to: t.duration(shown.toMs - whole.fromMs),
              })}`
        }
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = toMs(event);
          setDrag({ fromMs: at, toMs: at });
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag({ fromMs: drag.fromMs, toMs: toMs(event) });
        }}
        onPointerUp={() => {
          if (drag === undefined) return;
          const sorted = { fromMs: Math.min(drag.fromMs, drag.toMs), toMs: Math.max(drag.fromMs, drag.toMs) };
          setDrag(undefined);
          if (part(sorted.toMs) - part(sorted.fromMs) < 0.5) return;
          dispatch({ kind: 'patch', patch: { window: clampRange(sorted, whole) } });
        }}
        onDoubleClick={() => dispatch({ kind: 'patch', patch: { window: undefined } })}
      >
        <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} aria-hidden="true" />
        {shown !== undefined && (
          <div
            className="ccm-brush"
            style={{
              left: `${Math.min(part(shown.fromMs), part(shown.toMs))}%`,
              width: `${Math.abs(part(shown.toMs) - part(shown.fromMs))}%`,
            }}
          />
        )}
      </div>
    </div>
  );
}
