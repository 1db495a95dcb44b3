import {
  VisualizationSuggestionScore,
  type PanelDataSummary,
  type VisualizationSuggestion,
} from '@grafana/data';
import { isSearchTable } from '../frames/search-table.ts';
import { isTraceFrame } from '../frames/trace-frame.ts';
import type { Translator } from '../view/texts/translator.ts';
import type { TracePanelOptions } from './options.ts';

/** In a card there is room for the view alone; with the sentence above it all cards would look the same. */
const cardOptions: VisualizationSuggestion<TracePanelOptions>['cardOptions'] = {
  previewModifier: (suggestion) => {
    suggestion.options = { ...suggestion.options, card: true };
  },
};

/** Offers the panel for traces and for tables of traces, and for nothing else. */
export function suggest(
  summary: PanelDataSummary,
  t: Translator,
): VisualizationSuggestion<TracePanelOptions>[] {
  const frames = summary.rawFrames ?? [];
  if (frames.some((frame) => frame.length > 0 && isTraceFrame(frame))) {
    return [
      {
        name: t.text('view.waterfall'),
        options: { view: 'waterfall' },
        score: VisualizationSuggestionScore.Best,
        cardOptions,
      },
      {
        name: t.text('view.ladder'),
        options: { view: 'ladder' },
        score: VisualizationSuggestionScore.Good,
        cardOptions,
      },
    ];
  }
  if (frames.some((frame) => frame.length > 0 && isSearchTable(frame))) {
    return [
      {
        name: t.text('view.attempts'),
        options: { view: 'attempts' },
        score: VisualizationSuggestionScore.OK,
      },
    ];
  }
  return [];
}
