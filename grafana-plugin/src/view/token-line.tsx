import type { TokenLine, Validity } from '../layout/attempts.ts';
import { useSurroundings } from './context.ts';
import type { Translator } from './texts/translator.ts';
import { columnsOf, fitText } from './wrap-text.ts';

/** Widths of a letter, at most, at the sizes that are used here; pixels. */
const [nameLetter, bandLetter] = [7, 6.2];
/** What a pointer must be able to hit; pixels. */
const reach = 14;

export interface TokenLineViewProps {
  readonly line: TokenLine;
  /** The line's middle, from the top; pixels. */
  readonly y: number;
  /** Width that is left for names, and of the whole; pixels. */
  readonly names: number;
  readonly width: number;
  readonly xOf: (ms: number) => number;
}

/** When one device had a good token and when it had none: in words too, beside the bar where it is too short for them. */
export function TokenLineView({ line, y, names, width, xOf }: TokenLineViewProps) {
  const { translator: t, tokens } = useSurroundings();
  return (
    <g transform={`translate(0 ${y})`} data-token-of={line.device}>
      <text x={12} fontSize="12" fill={tokens.dim}>
        <title>{line.device}</title>
        <tspan x={12} y={-3}>
          {t.text('attempts.valid')}
        </tspan>
        <tspan x={12} y={11} fontSize="11">
          {fitText(line.device, (names - 18) / nameLetter)}
        </tspan>
      </text>
      {line.bands.map((band, k) => {
        const late = band.kind === 'overdue';
        const from = xOf(band.fromMs);
        const wide = Math.max(late ? 3 : 1, xOf(band.toMs) - from - 1);
        const next = line.bands[k + 1];
        const room = (next === undefined ? width - 4 : xOf(next.fromMs)) - from - wide - 6;
        const words = late ? wordsOf(band, t) : [];
        const within = words.find((text) => wide - 12 > columnsOf(text) * bandLetter);
        const beside =
          within === undefined ? words.find((text) => room > columnsOf(text) * bandLetter) : undefined;
        const told = titleOf(band, line.device, t);
        return (
          <g key={band.kind + String(band.fromMs)} data-validity={band.kind} role="img" aria-label={told}>
            <title>{told}</title>
            <rect
              x={from + Math.min(0, (wide - reach) / 2)}
              y={-12}
              width={Math.max(reach, wide)}
              height={24}
              fill="transparent"
            />
            <rect
              x={from}
              y={-8}
              width={wide}
              height={16}
              rx={2}
              fill={late ? tokens.error : tokens.ok}
              fillOpacity={late ? 0.45 : 0.35}
              stroke={late ? tokens.error : tokens.ok}
              strokeDasharray={late ? '4 3' : undefined}
            />
            {(within ?? beside) !== undefined && (
              <text
                x={within === undefined ? from + wide + 6 : from + 6}
                y={4}
                fontSize="11"
                fill={within === undefined ? tokens.errorText : tokens.text}
                // The axis' lines pass behind words.
                {...(within === undefined
                  ? { stroke: tokens.pane, strokeWidth: 4, strokeLinejoin: 'round', paintOrder: 'stroke' }
                  : {})}
              >
                {within ?? beside}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

/** What a gap is called, the longest first: the one that fits is written. */
function wordsOf({ fromMs, toMs, lasts }: Validity, t: Translator): string[] {
  const duration = t.duration(toMs - fromMs);
  const to = t.shortDateTime(toMs);
  return [
    ...(lasts ? [t.text('attempts.overdue-to-end', { duration, to })] : []),
    t.text('attempts.overdue', { duration }),
    t.text('attempts.expired'),
  ];
}

function titleOf(band: Validity, device: string, t: Translator): string {
  const [from, to] = [t.shortDateTime(band.fromMs), t.shortDateTime(band.toMs)];
  const duration = t.duration(band.toMs - band.fromMs);
  if (band.kind === 'valid') return t.text('attempts.valid-title', { device, from, to });
  const key = band.lasts ? 'attempts.overdue-to-end-title' : 'attempts.overdue-title';
  return t.text(key, { device, from, to, duration });
}
