// Plays the part of Grafana's options pane: everything in it comes from the plugin's own registry.
import { PanelOptionsEditorBuilder, type DataFrame, type PanelPlugin } from '@grafana/data';
import { Field } from '@grafana/ui';
import { get, set, cloneDeep } from 'lodash';

export interface OptionsPaneProps {
  readonly plugin: PanelPlugin;
  readonly options: object;
  readonly data: DataFrame[];
  readonly onChange: (options: object) => void;
}

/** The plugin's options as its supplier builds them. */
export function optionItems(plugin: PanelPlugin) {
  const builder = new PanelOptionsEditorBuilder();
  plugin.getPanelOptionsSupplier()(builder as never, { data: [] } as never);
  return builder.getItems();
}

export function OptionsPane({ plugin, options, data, onChange }: OptionsPaneProps) {
  const items = optionItems(plugin).filter((item) => item.showIf?.(options as never, data) ?? true);
  const categories = [...new Set(items.map((item) => String(item.category?.[0])))];
  return (
    <div data-testid="options-pane" style={{ width: 340, padding: 8 }}>
      {categories.map((category) => (
        <fieldset key={category} style={{ border: 0 }}>
          <legend style={{ fontSize: 14, fontWeight: 500 }}>{category}</legend>
          {items
            .filter((item) => String(item.category?.[0]) === category)
            .map((item) => {
              const Editor = item.editor;
              const change = (value: unknown) => onChange(set(cloneDeep(options), item.path, value));
              return (
                <div key={item.path} data-option={item.path}>
                  <Field label={item.name} description={item.description ?? ''}>
                    <Editor
                      id={item.path}
                      value={get(options, item.path)}
                      onChange={change}
                      item={item as never}
                      context={{ data, options } as never}
                    />
                  </Field>
                </div>
              );
            })}
        </fieldset>
      ))}
    </div>
  );
}
