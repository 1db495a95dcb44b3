import { ladderMermaid } from '../layout/mermaid.ts';
import { traceOtlp } from '../layout/otlp-json.ts';
import { useSurroundings } from './context.ts';
import { copyText } from './copy-button.tsx';
import { ladderLaneName, ladderOf } from './ladder-view.tsx';
import { svgText, svgToPng } from './save-svg.ts';
import { storyName } from './texts/story-names.ts';
import type { TraceShape } from './trace-shape.ts';

export interface ExportsProps {
  readonly shape: TraceShape;
  /** The ladder's drawing; brings it into view first where it is not. */
  readonly ladder: () => Promise<SVGSVGElement | undefined>;
}

/** Takes a trace elsewhere: as text for a wiki, as a picture for a ticket, as data for another tool. */
export function ExportChoices({ shape, ladder }: ExportsProps) {
  const { translator: t } = useSurroundings();
  const name = `${shape.table.names[shape.tree.roots[0]!]!.replace(/[^\p{L}\p{N}]+/gu, '-')}-${shape.table.traceId.slice(0, 8)}`;
  const mermaid = async () => {
    const drawn = ladderOf(shape, t);
    const names = drawn.lanes.map((lane) =>
      [ladderLaneName(lane, t), lane.host].filter((part) => part !== '').join(' '),
    );
    await copyText(
      ladderMermaid(drawn, names, storyName(shape.table.names[shape.tree.roots[0]!]!, t.language)),
    );
  };
  const svg = async () => {
    const drawn = await ladder();
    if (drawn !== undefined) save(`${name}.svg`, new Blob([svgText(drawn)], { type: 'image/svg+xml' }));
  };
  const png = async () => {
    const drawn = await ladder();
    if (drawn !== undefined) save(`${name}.png`, await svgToPng(drawn, 2));
  };
  const otlp = async () => {
    const text = JSON.stringify(traceOtlp(shape.table), undefined, 1);
    save(`${name}.json`, new Blob([text], { type: 'application/json' }));
  };
  const actions = [
    ['export.mermaid', mermaid],
    ['export.svg', svg],
    ['export.png', png],
    ['export.otlp', otlp],
  ] as const;
  return (
    <>
      {actions.map(([text, act]) => (
        <button key={text} type="button" className="ccm-button" onClick={() => void act()}>
          {t.text(text)}
        </button>
      ))}
    </>
  );
}

function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
