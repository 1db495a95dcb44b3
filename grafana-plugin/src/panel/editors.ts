import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { readFrames } from '../frames/read-frames.ts';
import { attributeNames } from '../layout/attribute-names.ts';
import { tierKeys } from '../layout/tiers.ts';
import type { Translator } from '../view/texts/translator.ts';
import { defaultOptions, type TracePanelOptions } from './options.ts';

/** The attributes that the panel's data offers for a column; by name. */
function attributesIn(frames: Parameters<typeof readFrames>[0]): string[] {
  const names = new Set(readFrames(frames).traces.flatMap((table) => attributeNames(table)));
  return [...names].sort();
}

/** The panel's part of the options pane. */
export function buildEditors(builder: PanelOptionsEditorBuilder<TracePanelOptions>, t: Translator): void {
  const shown = [t.text('option.group-view')];
  const records = [t.text('option.group-records')];
  const links = [t.text('option.group-links')];
  const colours = [t.text('option.group-colours')];
  builder
    .addSelect({
      path: 'view',
      name: t.text('option.view'),
      category: shown,
      defaultValue: defaultOptions.view,
      settings: {
        options: (['waterfall', 'ladder', 'evidence', 'attempts'] as const).map((value) => ({
          value,
          label: t.text(`view.${value}`),
        })),
      },
    })
    .addRadio({
      path: 'lanes',
      name: t.text('tools.lanes'),
      category: shown,
      defaultValue: defaultOptions.lanes,
      settings: {
        options: [
          { value: 'tier', label: t.text('tools.by-tier') },
          { value: 'tree', label: t.text('tools.as-tree') },
        ],
      },
    })
    .addRadio({
      path: 'clock',
      name: t.text('option.clock'),
      description: t.text('option.clock-about'),
      category: shown,
      defaultValue: defaultOptions.clock,
      settings: {
        options: [
          { value: 'corrected', label: t.text('option.clock-corrected') },
          { value: 'logged', label: t.text('option.clock-logged') },
        ],
      },
    })
    .addBooleanSwitch({
      path: 'critical',
      name: t.text('tools.critical'),
      category: shown,
      defaultValue: defaultOptions.critical,
    })
    .addSelect({
      path: 'column',
      name: t.text('tools.column'),
      description: t.text('option.column-about'),
      category: shown,
      defaultValue: defaultOptions.column,
      settings: {
        options: [],
        allowCustomValue: true,
        isClearable: true,
        getOptions: async ({ data }) => attributesIn(data).map((name) => ({ value: name, label: name })),
      },
    })
    .addBooleanSwitch({
      path: 'evidence',
      name: t.text('option.evidence'),
      description: t.text('option.evidence-about'),
      category: records,
      defaultValue: defaultOptions.evidence,
    })
    .addNumberInput({
      path: 'maxRecords',
      name: t.text('option.max-records'),
      category: records,
      defaultValue: defaultOptions.maxRecords,
      settings: { min: 1, max: 100_000, integer: true },
      showIf: (options) => options.evidence,
    })
    .addTextInput({
      path: 'traceVariable',
      name: t.text('option.trace-variable'),
      description: t.text('option.trace-variable-about'),
      category: links,
      defaultValue: defaultOptions.traceVariable,
    })
    .addTextInput({
      path: 'spanVariable',
      name: t.text('option.span-variable'),
      description: t.text('option.span-variable-about'),
      category: links,
      defaultValue: defaultOptions.spanVariable,
    });
  for (const tier of tierKeys) {
    builder.addColorPicker({
      path: `colours.${tier}`,
      name: t.text(`tier.${tier}`),
      category: colours,
      defaultValue: '',
      settings: { isClearable: true, placeholder: t.text('option.colour-theme') },
    });
  }
}
