import { FieldConfigProperty, PanelPlugin } from '@grafana/data';
import { createTranslator, languageOf } from '../view/texts/translator.ts';
import { buildEditors } from './editors.ts';
import { grafanaLanguage } from './language.ts';
import { migrateOptions, type TracePanelOptions } from './options.ts';
import { suggest } from './suggestions.ts';
import { TracePanel } from './trace-panel.tsx';

/** The panel as Grafana takes it. Of the field options only links mean something to a trace. */
export function createPlugin(): PanelPlugin<TracePanelOptions> {
  const translator = createTranslator(languageOf(grafanaLanguage()), 'UTC');
  return new PanelPlugin<TracePanelOptions>(TracePanel)
    .setNoPadding()
    .useFieldConfig({
      disableStandardOptions: Object.values(FieldConfigProperty).filter(
        (property) => property !== FieldConfigProperty.Links,
      ),
    })
    .setPanelOptions((builder) => buildEditors(builder, translator))
    .setMigrationHandler(migrateOptions)
    .setSuggestionsSupplier((summary) => suggest(summary, translator));
}
