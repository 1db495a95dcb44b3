import type { PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { useCallback, useMemo, useRef, useState } from 'react';
import { readDiagnoses } from '../frames/diagnoses.ts';
import { readFrames, type Place } from '../frames/read-frames.ts';
import { summarise } from '../layout/summarise.ts';
import type { SpanTable } from '../model/span-table.ts';
import type { TraceRow } from '../model/trace-row.ts';
import { AttemptsView } from '../view/attempts-view.tsx';
import type { ViewState } from '../view/state.ts';
import { storyName } from '../view/texts/story-names.ts';
import { createTranslator, languageOf } from '../view/texts/translator.ts';
import { TraceView } from '../view/trace-view.tsx';
import { ViewRoot } from '../view/view-root.tsx';
import { useCrosshair } from './crosshair.ts';
import diagnosesJson from './generated/diagnoses.json';
import { grafanaLanguage } from './language.ts';
import { linksOfRow, ownLinkOfRow } from './links.ts';
import { NoTrace, QueryErrors } from './no-trace.tsx';
import type { TracePanelOptions } from './options.ts';
import { rememberChoice, rememberedChoice } from './remembered.ts';
import { tokensOf } from './tokens.ts';
import { readVariable, setVariable, variableHref } from './variables.ts';

/** Grafana's side of the view: frames in, theme to tokens, variables, data links, the shared crosshair. */
export function TracePanel(props: PanelProps<TracePanelOptions>) {
  const { data, options, id, width, height, replaceVariables } = props;
  const theme = useTheme2();
  const [hover, tellHover] = useCrosshair(props.eventBus);
  const language = languageOf(grafanaLanguage());
  const surroundings = useMemo(
    () => ({
      tokens: tokensOf(theme, options.colours),
      translator: createTranslator(language, zoneOf(props.timeZone)),
      diagnoses: readDiagnoses(diagnosesJson, language),
    }),
    [theme, options.colours, language, props.timeZone],
  );
  const { translator: t } = surroundings;
  const found = useMemo(() => readFrames(data.series), [data.series]);
  const [opened, setOpened] = useState('');
  const variable = readVariable(options.traceVariable, replaceVariables);
  const wanted = variable ?? '';
  const table = choose(found.traces, opened, wanted);
  const attempts = useMemo(() => attemptsOf(found.traces, found.rows), [found]);
  const open = useCallback(
    (row: TraceRow) => {
      setOpened(row.traceId);
      setVariable(options.traceVariable, row.traceId);
    },
    [options.traceVariable],
  );
  const lastSpan = useRef('');
  const onState = useCallback(
    (state: ViewState, span: string) => {
      if (options.card === true) return;
      rememberChoice(id, state, options);
      if (lastSpan.current !== '' && span !== lastSpan.current) setVariable(options.spanVariable, span);
      lastSpan.current = span;
    },
    [id, options],
  );
  const rowLinks = useCallback(
    (row: TraceRow) => {
      const place = found.places.get(row.traceId);
      return place === undefined
        ? undefined
        : ownLinkOfRow(place.frame, place.rows[0]!, 'traceID', 'trace_id');
    },
    [found],
  );
  const settings = useMemo(() => optionsState(options), [options]);
  const span = readVariable(options.spanVariable, replaceVariables) ?? '';
  const nowMs = props.timeRange.to.valueOf();
  return (
    <div style={{ width, height }} data-testid="ccmtrace-panel">
      <ViewRoot surroundings={surroundings}>
        {(table !== undefined || attempts.length > 0) && <QueryErrors {...{ data, translator: t }} />}
        {table !== undefined ? (
          <>
            {found.traces.length > 1 && options.card !== true && (
              <label className="ccm-choose">
                {t.text('trace.choose')}
                <select value={table.traceId} onChange={(event) => setOpened(event.target.value)}>
                  {attempts.map((row) => (
                    <option key={row.traceId} value={row.traceId}>
                      {`${t.shortDateTime(row.startMs)} · ${storyName(row.name, language)} · ${row.host || row.traceId}`}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <TraceView
              key={`${table.traceId} ${table.count}`}
              table={table}
              start={{ ...settings, ...(options.card === true ? {} : rememberedChoice(id)) }}
              settings={settings}
              selectedSpan={span === '' ? undefined : span}
              onState={onState}
              bare={options.card === true}
              records={options.evidence}
              attempts={attempts.length > 1 ? attempts : undefined}
              hrefOfAttempt={undefined}
              onOpenAttempt={open}
              nowMs={nowMs}
              maxRecords={options.maxRecords}
              linksOf={(row) => {
                const place = found.places.get(table.traceId);
                return place === undefined ? [] : linksOfRow(place.frame, place.rows[row]!, 'spanID');
              }}
              traceLinks={linksOfTrace(found.places.get(table.traceId))}
              hrefOfTrace={(reference) =>
                variableHref({
                  [options.traceVariable]: reference.traceId,
                  [options.spanVariable]: reference.spanId,
                })
              }
              hrefOfDiagnosis={undefined}
              hoverMs={hover}
              onHover={tellHover}
            />
          </>
        ) : attempts.length > 0 ? (
          <div className="ccm-trace">
            <AttemptsView rows={attempts} selected={wanted} nowMs={nowMs} hrefOf={rowLinks} onOpen={open} />
          </div>
        ) : (
          <NoTrace
            {...{ data, translator: t, found, wanted }}
            unchosen={variable === '' ? options.traceVariable : undefined}
          />
        )}
      </ViewRoot>
    </div>
  );
}

function linksOfTrace(place: Place | undefined) {
  return place === undefined ? [] : linksOfRow(place.frame, place.rows[0]!, 'traceID', 'trace_id');
}

function choose(traces: readonly SpanTable[], opened: string, wanted: string): SpanTable | undefined {
  const named = (traceId: string) => traces.find((table) => table.traceId === traceId);
  return named(opened) ?? named(wanted) ?? traces[0];
}

/** Every attempt that the data tells of: traces in full, and rows of tables that are not among them. */
function attemptsOf(traces: readonly SpanTable[], rows: readonly TraceRow[]): TraceRow[] {
  // A trace alone is among no others: nothing of it need be worked out twice.
  if (traces.length === 1 && rows.length === 0) return [];
  const whole = traces.map(summarise);
  const known = new Set(whole.map((row) => row.traceId));
  return [...whole, ...rows.filter((row) => !known.has(row.traceId))];
}

function optionsState({ view, lanes, clock, critical, column }: TracePanelOptions) {
  return { view, lanes, clock, critical, column };
}

function zoneOf(timeZone: string): string {
  if (timeZone === 'utc') return 'UTC';
  return timeZone === '' || timeZone === 'browser'
    ? new Intl.DateTimeFormat().resolvedOptions().timeZone
    : timeZone;
}
