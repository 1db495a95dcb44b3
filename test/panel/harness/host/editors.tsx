// Grafana keeps the editors of its options pane in its own program; these stand in for them, made of the same controls.
import {
  FieldConfigProperty,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  type StandardEditorProps,
} from '@grafana/data';
import { ColorPicker, Input, RadioButtonGroup, Select, Switch, useTheme2 } from '@grafana/ui';
import { useEffect, useState } from 'react';

interface Settings {
  readonly placeholder?: string;
  readonly min?: number;
  readonly max?: number;
  readonly options?: { value: string; label: string }[];
  readonly getOptions?: (context: unknown) => Promise<{ value?: string; label?: string }[]>;
  readonly allowCustomValue?: boolean;
  readonly isClearable?: boolean;
}

type Props<T> = StandardEditorProps<T, Settings> & { readonly id?: string };

/** As in Grafana, a text takes effect when it is left or Enter is pressed. */
function TextEditor({ value, onChange, item, id }: Props<string>) {
  return (
    <Input
      key={value}
      id={id ?? ''}
      defaultValue={value ?? ''}
      placeholder={item.settings?.placeholder ?? ''}
      onBlur={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && onChange(event.currentTarget.value)}
    />
  );
}

function NumberEditor({ value, onChange, item, id }: Props<number>) {
  const [text, setText] = useState(String(value ?? ''));
  const { min = -Infinity, max = Infinity } = item.settings ?? {};
  const take = () => {
    const number = Number(text);
    if (text === '' || Number.isNaN(number)) onChange(undefined);
    else onChange(Math.min(max, Math.max(min, number)));
  };
  return (
    <Input
      id={id ?? ''}
      type="number"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === 'Enter' && take()}
    />
  );
}

function BooleanEditor({ value, onChange, id }: Props<boolean>) {
  return <Switch id={id ?? ''} value={value} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

function RadioEditor({ value, onChange, item, id }: Props<string>) {
  return (
    <RadioButtonGroup
      id={id ?? ''}
      value={value}
      options={item.settings?.options ?? []}
      onChange={(chosen) => onChange(chosen)}
    />
  );
}

type Option = { value?: string; label?: string };

function SelectEditor({ value, onChange, item, context, id }: Props<string>) {
  const [options, setOptions] = useState<Option[]>(item.settings?.options ?? []);
  const { data } = context;
  const { getOptions, allowCustomValue = false, isClearable = false } = item.settings ?? {};
  useEffect(() => {
    void getOptions?.({ data }).then(setOptions);
  }, [getOptions, data]);
  return (
    <Select
      inputId={id ?? ''}
      value={options.find((option) => option.value === value) ?? (value ? { value, label: value } : null)}
      options={options}
      allowCustomValue={allowCustomValue}
      isClearable={isClearable}
      onChange={(chosen) => onChange(chosen?.value)}
    />
  );
}

function ColorEditor({ value, onChange, item, id }: Props<string>) {
  const theme = useTheme2();
  const colour = value ? theme.visualization.getColorByName(value) : theme.components.input.borderColor;
  return (
    <ColorPicker color={value ?? ''} onChange={onChange} enableNamedColors>
      {({ ref, showColorPicker }) => (
        <div style={{ display: 'flex', gap: 8 }}>
          <button
            id={id ?? ''}
            ref={ref as never}
            type="button"
            aria-label={item.name}
            onClick={showColorPicker}
            style={{ background: colour, border: 0, borderRadius: 8, width: 16, height: 16 }}
          />
          {value || item.settings?.placeholder}
          {item.settings?.isClearable === true && value && (
            <button type="button" aria-label="Clear settings" onClick={() => onChange(undefined)}>
              ×
            </button>
          )}
        </div>
      )}
    </ColorPicker>
  );
}

function NoEditor(): never {
  throw new Error('The panel uses an editor that the host does not have.');
}

const editors = {
  text: TextEditor,
  number: NumberEditor,
  boolean: BooleanEditor,
  radio: RadioEditor,
  select: SelectEditor,
  color: ColorEditor,
};
const others = [
  'slider',
  'multi-select',
  'unit',
  'fieldColor',
  'fieldName',
  'dashboard-uid',
  'strings',
  'mappings',
];
const more = ['thresholds', 'links', 'actions', 'timezone', 'statsPicker', 'stats-picker', 'dataLinks'];

export function registerEditors(): void {
  standardEditorsRegistry.setInit(
    () =>
      [...Object.entries(editors), ...[...others, ...more].map((id) => [id, NoEditor] as const)].map(
        ([id, editor]) => ({ id, name: id, editor }),
      ) as never,
  );
  standardFieldConfigEditorRegistry.setInit(
    () =>
      Object.values(FieldConfigProperty).map((id) => ({
        id,
        path: id,
        name: id,
        editor: NoEditor,
        override: NoEditor,
        process: (value: unknown) => value,
        shouldApply: () => true,
        defaultValue: undefined,
      })) as never,
  );
}
