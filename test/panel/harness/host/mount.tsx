// Plays the part of a dashboard: theme, panel chrome, field overrides, options with defaults, variables, event bus.
import {
  applyFieldOverrides,
  createTheme,
  DataHoverClearEvent,
  DataHoverEvent,
  dateTime,
  EventBusSrv,
  getPanelOptionsWithDefaults,
  LoadingState,
  locationUtil,
  ThemeContext,
  toDataFrame,
  type PanelPlugin,
  type ScopedVars,
} from '@grafana/data';
import * as grafanaData from '@grafana/data';
import { config, locationService, setAppEvents, setDataSourceSrv, setTemplateSrv } from '@grafana/runtime';
import { GlobalStyles, PanelChrome, PanelContextProvider, PortalContainer } from '@grafana/ui';
import { useEffect, useMemo, useState, type ComponentType } from 'react';
import { createRoot } from 'react-dom/client';
import { registerEditors } from './editors.tsx';
import { OptionsPane, optionItems } from './options-pane.tsx';

export interface PanelChoice {
  readonly frames: readonly object[];
  readonly options?: object;
  readonly fieldConfig?: object;
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  readonly state?: string;
  readonly errors?: readonly { message?: string; status?: number; refId?: string }[];
  /** The panel's queries; a data source's uid is its name. */
  readonly targets?: readonly { refId: string; query?: string; datasource?: { uid: string } }[];
}

export interface MountChoice {
  readonly theme: 'dark' | 'light';
  readonly panels: readonly PanelChoice[];
  readonly variables?: Readonly<Record<string, string>>;
  /** The options pane of the first panel beside it. */
  readonly pane?: boolean;
}

/** What the host saw the panel do. */
export interface Mounted {
  readonly hovered: () => number[];
  readonly cleared: () => number;
  readonly point: (timeMs: number) => void;
  readonly address: () => string;
  readonly options: () => object;
  readonly editors: () => { path: string; name: string; category: string; value: unknown }[];
  readonly suggestions: (frames: readonly object[]) => unknown;
  readonly standardFields: () => string[];
  readonly migrate: (options: object) => unknown;
  readonly unmount: () => void;
}

/** Looked up when it is called: Grafana 12.3 has no such function. */
const summarise = (frames: readonly object[]) =>
  Reflect.get(grafanaData, 'getPanelDataSummary')(frames.map((frame) => toDataFrame(frame)));

registerEditors();

/** Variables live in the address, as in a dashboard. */
function replaceWith(initial: Readonly<Record<string, string>>) {
  return (text?: string, scoped?: ScopedVars) =>
    (text ?? '').replace(/\$\{?([\w.]+)(?::\w+)?\}?/g, (whole, name: string) => {
      const cell = scoped?.['__dataContext']?.value as
        | { field?: { values: readonly unknown[] }; rowIndex?: number }
        | undefined;
      if (name === '__value.raw' && cell?.field !== undefined)
        return String(cell.field.values[cell.rowIndex ?? 0]);
      const set = new URLSearchParams(locationService.getLocation().search).get(`var-${name}`);
      return String(scoped?.[name]?.value ?? set ?? initial[name] ?? whole);
    });
}

export function mountPanels(element: HTMLElement, plugin: PanelPlugin, choice: MountChoice): Mounted {
  const bus = new EventBusSrv();
  const hovered: number[] = [];
  let cleared = 0;
  bus.getStream(DataHoverEvent).subscribe((event) => {
    hovered.push(Number((event.payload.point as { time?: unknown }).time));
  });
  bus.getStream(DataHoverClearEvent).subscribe(() => {
    cleared += 1;
  });
  const replace = replaceWith(choice.variables ?? {});
  setTemplateSrv({
    getVariables: () => [],
    replace,
    containsTemplate: () => false,
    updateTimeRange: () => undefined,
  });
  setDataSourceSrv({
    getInstanceSettings: (ref: { uid?: string } | undefined) => ({ name: ref?.uid ?? '' }),
  } as never);
  setAppEvents(new EventBusSrv());
  locationUtil.initialize({
    config,
    getTimeRangeForUrl: () => ({ from: 'now-1h', to: 'now' }),
    getVariablesUrlParams: () => ({}),
  } as never);
  config.theme2 = createTheme({ colors: { mode: choice.theme } });
  let current: object = {};
  const root = createRoot(element);
  root.render(
    <Dashboard {...{ plugin, choice, bus, replace }} onOptions={(options) => (current = options)} />,
  );
  return {
    hovered: () => hovered,
    cleared: () => cleared,
    point: (timeMs) => bus.publish(new DataHoverEvent({ point: { time: timeMs } })),
    address: () => locationService.getLocation().search,
    options: () => current,
    editors: () =>
      optionItems(plugin).map((item) => ({
        path: item.path,
        name: item.name,
        category: String(item.category?.[0]),
        value: item.defaultValue as unknown,
      })),
    suggestions: (frames) => plugin.getSuggestions?.(summarise(frames)),
    standardFields: () => plugin.fieldConfigRegistry.list().map((item) => item.id),
    migrate: (options) => plugin.onPanelMigration?.({ options, pluginVersion: '0.0.1' } as never),
    unmount: () => root.unmount(),
  };
}

interface DashboardProps {
  readonly plugin: PanelPlugin;
  readonly choice: MountChoice;
  readonly bus: EventBusSrv;
  readonly replace: ReturnType<typeof replaceWith>;
  readonly onOptions: (options: object) => void;
}

function Dashboard({ plugin, choice, bus, replace, onOptions }: DashboardProps) {
  const theme = createTheme({ colors: { mode: choice.theme } });
  const [, setTurn] = useState(0);
  useEffect(() => locationService.getHistory().listen(() => setTurn((old) => old + 1)), []);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={{ background: theme.colors.background.canvas, padding: 8, display: 'grid', gap: 8 }}>
        {choice.panels.map((panel, k) => (
          <OnePanel
            key={String(k)}
            id={k + 1}
            pane={choice.pane === true && k === 0}
            {...{ plugin, panel, bus, replace, theme, onOptions }}
          />
        ))}
      </div>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

function OnePanel({
  plugin,
  panel,
  bus,
  replace,
  theme,
  onOptions,
  id,
  pane,
}: Omit<DashboardProps, 'choice'> & {
  panel: PanelChoice;
  theme: ReturnType<typeof createTheme>;
  id: number;
  pane: boolean;
}) {
  const defaults = useMemo(
    () =>
      getPanelOptionsWithDefaults({
        plugin,
        currentOptions: (panel.options ?? {}) as Record<string, unknown>,
        currentFieldConfig: (panel.fieldConfig ?? { defaults: {}, overrides: [] }) as never,
        isAfterPluginChange: false,
      }),
    [plugin, panel],
  );
  const [options, setOptions] = useState<object>(defaults.options);
  onOptions(options);
  const series = useMemo(
    () =>
      applyFieldOverrides({
        data: panel.frames.map((frame) => toDataFrame(frame)),
        fieldConfig: defaults.fieldConfig as never,
        replaceVariables: replace,
        theme,
        timeZone: 'utc',
        fieldConfigRegistry: plugin.fieldConfigRegistry,
      }),
    [panel, defaults, replace, theme, plugin],
  );
  const [from, to] = [dateTime('2026-03-01T00:00:00Z'), dateTime('2026-03-09T00:00:00Z')];
  const range = { from, to, raw: { from, to } };
  const Panel = plugin.panel as unknown as ComponentType<Record<string, unknown>>;
  const state = panel.state ?? LoadingState.Done;
  return (
    <PanelContextProvider value={{ eventsScope: 'panel', eventBus: bus }}>
      <div style={{ display: 'flex', alignItems: 'start', gap: 8 }}>
        <PanelChrome
          title={panel.title ?? 'Trace'}
          width={panel.width ?? 1240}
          height={panel.height ?? 700}
          padding={plugin.noPadding ? 'none' : 'md'}
        >
          {(width, height) => (
            <Panel
              id={id}
              data={{
                state,
                series,
                errors: panel.errors,
                timeRange: range,
                structureRev: 1,
                ...(panel.targets === undefined ? {} : { request: { targets: panel.targets } }),
              }}
              timeRange={range}
              timeZone="utc"
              options={options}
              transparent={false}
              width={width}
              height={height}
              fieldConfig={defaults.fieldConfig}
              renderCounter={0}
              title={panel.title ?? 'Trace'}
              eventBus={bus}
              replaceVariables={replace}
              onOptionsChange={setOptions}
              onFieldConfigChange={() => undefined}
              onChangeTimeRange={() => undefined}
            />
          )}
        </PanelChrome>
        {pane && <OptionsPane plugin={plugin} options={options} data={series} onChange={setOptions} />}
      </div>
    </PanelContextProvider>
  );
}
