import type { Lane } from '../layout/lanes.ts';
import type { SilentTier } from '../layout/verdict.ts';
import { textOf } from '../model/span-detail.ts';
import type { SpanTable } from '../model/span-table.ts';
import type { WarnedSpan } from '../model/trace-row.ts';
import type { TraceShape } from './trace-shape.ts';
import { storyName } from './texts/story-names.ts';
import type { Translator } from './texts/translator.ts';

/** `Connection point · CP01`, or the service's own name. */
export function laneName(lane: Lane, t: Translator): string {
  const name = lane.tier === undefined ? lane.service : t.text(`tier.${lane.tier}`);
  return lane.host === '' ? name || '–' : `${name} · ${lane.host}`;
}

/** The same without the host. */
export function laneTier(lane: Lane, t: Translator): string {
  return lane.tier === undefined ? lane.service : t.text(`tier.${lane.tier}`);
}

export function laneOfSpan(shape: TraceShape, span: number): Lane {
  return shape.lanes.lanes[shape.lanes.laneOf[span]!]!;
}

const entraRequest = 'entra token request';

/** What a span is called: its name in the reader's language, and for whom it asks where its name leaves that open. */
export function spanName(table: SpanTable, span: number, t: Translator): string {
  const name = table.names[span]!;
  if (name !== entraRequest) return storyName(name, t.language);
  return stepName({ name, subject: textOf(table.detail(span).attributes, 'ccm.entra.token.subject') }, t);
}

/** The same of a span that is not at hand. */
export function stepName({ name, subject }: WarnedSpan, t: Translator): string {
  const shown = storyName(name, t.language);
  if (name !== entraRequest || (subject !== 'device' && subject !== 'user')) return shown;
  return t.text(`row.of-${subject}`, { name: shown });
}

/** Why a tier left no span. */
export interface Why {
  readonly words: string;
  /** Stands where there is no room for the words. */
  readonly short: string;
  /** What is known of it all the same, which must be read whole: `69 ms avg`; empty where nothing is. */
  readonly figure: string;
  /** All of it as a sentence. */
  readonly about: string;
}

export function whyOf({ why, averageMs }: SilentTier, t: Translator): Why {
  if (averageMs === undefined) {
    const short = t.text(`lane.${why}-short`);
    const words = t.text(`lane.${why}`);
    return { words, short, figure: '', about: words };
  }
  const ms = t.duration(averageMs);
  return {
    words: t.text('lane.not-each'),
    short: t.text('lane.not-each-short'),
    figure: t.text('lane.average', { ms }),
    about: t.text('lane.average-about', { ms }),
  };
}
