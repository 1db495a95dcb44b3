import { useMemo, type ReactNode } from 'react';
import { useSurroundings } from '../view/context.ts';
import { visible } from '../model/visible.ts';
import { StatePane } from '../view/state-pane.tsx';
import { storyName } from '../view/texts/story-names.ts';
import type { Api, FleetJson } from './api.ts';
import { Chart, type ChartSeries } from './chart.tsx';
import { Failure } from './failure.tsx';
import { useLive } from './live.ts';
import { Loading } from './loading.tsx';
import { listHref, traceHref } from './route.ts';
import { useLoad, valueOf } from './use-load.ts';

export interface FleetPageProps {
  readonly api: Api;
  readonly onLive: (live: boolean) => void;
}

/** The fleet over the last week: how attempts ended, how long the STS takes, what fails, who is without a token. */
export function FleetPage({ api, onLive }: FleetPageProps) {
  const { translator: t } = useSurroundings();
  const [load, reload] = useLoad<FleetJson>('fleet', (signal) => api.fleet(signal));
  useLive({ wanted: load.kind !== 'failed', onNews: reload, onLive });
  const fleet = valueOf(load);
  return (
    <>
      {load.kind === 'failed' && <Failure error={load.error} small={fleet !== undefined} />}
      {load.kind === 'loading' && fleet === undefined && <Loading title={t.text('page.loading-fleet')} />}
      {fleet !== undefined && <Fleet fleet={fleet} />}
    </>
  );
}

const hourMs = 3_600_000;

function Fleet({ fleet }: { readonly fleet: FleetJson }) {
  const { translator: t, tokens, diagnoses } = useSurroundings();
  const times = useMemo(() => fleet.timesUs.map((us) => us / 1e6), [fleet]);
  const outcomes = useMemo((): ChartSeries[] => {
    const sum = (pick: 'ok' | 'error') =>
      fleet.timesUs.map((_, k) => fleet.outcomes.reduce((all, story) => all + (story[pick][k] ?? 0), 0));
    const [ok, failed] = [sum('ok'), sum('error')];
    // Stacked by hand: all attempts behind, the failed ones in front, so that those that are seen behind are the good ones.
    return [
      {
        name: t.text('outcome.ok'),
        colour: tokens.ok,
        kind: 'bars',
        values: ok.map((n, k) => n + failed[k]!),
        said: ok,
      },
      { name: t.text('fleet.failed'), colour: tokens.error, kind: 'bars', values: failed },
    ];
  }, [fleet, tokens, t]);
  const latency = useMemo(
    (): ChartSeries[] => [
      {
        name: 'p50',
        about: t.text('fleet.p50'),
        colour: tokens.lanes['client']!,
        kind: 'line',
        values: fleet.sts.p50Ms,
      },
      {
        name: 'p95',
        about: t.text('fleet.p95'),
        colour: tokens.lanes['gateway']!,
        kind: 'line',
        values: fleet.sts.p95Ms,
        style: 'dashed',
      },
      {
        name: 'p99',
        about: t.text('fleet.p99'),
        colour: tokens.lanes['entra']!,
        kind: 'line',
        values: fleet.sts.p99Ms,
        style: 'dotted',
      },
    ],
    [fleet, tokens, t],
  );
  const count = useMemo(() => (value: number) => (Number.isInteger(value) ? t.number(value) : ''), [t]);
  const ms = useMemo(() => (value: number) => t.duration(value), [t]);
  const { totals, errors, overdue } = fleet;
  const bucketMs = fleet.bucketUs / 1000;
  const per =
    bucketMs === hourMs ? t.text('fleet.per-hour') : t.text('fleet.per', { duration: t.duration(bucketMs) });
  const listed = errors.reduce((sum, { traces }) => sum + traces, 0);
  const range = t.text('fleet.range', {
    from: t.date(fleet.sinceUs / 1000),
    to: t.date(fleet.untilUs / 1000),
  });
  const shown = (
    <p className="page-range">
      {range} · {t.text('attempts.zone', { zone: t.timeZone })}
    </p>
  );
  if (totals.traces === 0) {
    return (
      <>
        {shown}
        <div className="page-pane page-state">
          <StatePane title={t.text('fleet.none')} hint={t.text('fleet.none-hint')} />
        </div>
      </>
    );
  }
  const renewals = t.text('fleet.renewals-per', { title: t.text('fleet.renewals'), per });
  return (
    <div className="page-fleet">
      {shown}
      <dl className="page-cards">
        <Figure name={t.text('fleet.attempts')} value={t.number(totals.traces)} />
        <Figure name={t.text('fleet.failed')} value={t.number(totals.failed)} bad={totals.failed > 0} />
        <Figure name={t.text('fleet.devices')} value={t.number(totals.devices)} />
        <Figure name={t.text('fleet.overdue')} value={t.number(overdue.count)} bad={overdue.count > 0} />
      </dl>
      <Pane title={t.text('fleet.errors')}>
        {errors.length === 0 ? (
          <p className="ccm-pad ccm-dim">{t.text('fleet.no-errors')}</p>
        ) : (
          <Table
            head={[
              t.text('fleet.error'),
              t.text('fleet.devices'),
              t.text('fleet.count'),
              t.text('fleet.last'),
            ]}
          >
            {errors.map((error) => (
              <tr key={`${error.errorType} ${error.diagnosis} ${error.story}`}>
                <td>
                  <a
                    className="ccm-link page-message"
                    href={
                      error.diagnosis === ''
                        ? traceHref(error.traceId)
                        : listHref({ diagnosis: error.diagnosis })
                    }
                  >
                    {diagnoses.get(error.diagnosis)?.title ?? visible(error.statusMessage || error.errorType)}
                  </a>{' '}
                  <span className="ccm-dim">{storyName(visible(error.story), t.language)}</span>
                </td>
                <td className="ccm-took">{t.number(error.devices)}</td>
                <td className="ccm-took">{t.number(error.traces)}</td>
                <td className="ccm-when">
                  <a className="ccm-link" href={traceHref(error.traceId)}>
                    {t.shortDateTime(error.lastUs / 1000)}
                  </a>
                </td>
              </tr>
            ))}
          </Table>
        )}
        {totals.failed > listed && errors.length > 0 && (
          <p className="ccm-pad ccm-dim">
            {t.text('fleet.more-errors', { n: t.number(totals.failed - listed) })}
          </p>
        )}
      </Pane>
      <Pane title={renewals} chart>
        <Chart label={renewals} times={times} series={outcomes} format={count} />
      </Pane>
      <Pane title={t.text('fleet.sts')} chart>
        {fleet.sts.count.every((n) => n === 0 || n === null) ? (
          <p className="ccm-pad ccm-dim">{t.text('fleet.none-issued')}</p>
        ) : (
          <Chart label={t.text('fleet.sts')} times={times} series={latency} format={ms} />
        )}
      </Pane>
      <Pane title={t.text('fleet.overdue')}>
        {overdue.devices.length === 0 ? (
          <p className="ccm-pad ccm-dim">{t.text('fleet.none-overdue')}</p>
        ) : (
          <Table head={[t.text('attempts.device'), t.text('fleet.since')]}>
            {overdue.devices.map((device) => (
              <tr key={device.clientGuid || device.host}>
                <td>
                  <a className="ccm-link" href={listHref({ q: device.clientGuid || device.host })}>
                    {visible(device.host || device.clientGuid)}
                  </a>
                </td>
                <td className="ccm-took">{t.shortDateTime(device.expiresUs / 1000)}</td>
              </tr>
            ))}
          </Table>
        )}
        {overdue.count > overdue.devices.length && (
          <p className="ccm-pad ccm-dim">
            {t.text('fleet.more-overdue', {
              shown: t.number(overdue.devices.length),
              n: t.number(overdue.count),
            })}
          </p>
        )}
      </Pane>
    </div>
  );
}

interface PaneProps {
  readonly title: string;
  readonly chart?: boolean;
  readonly children: ReactNode;
}

function Pane({ title, chart = false, children }: PaneProps) {
  return (
    <section className={chart ? 'page-pane page-chart-pane' : 'page-pane'} aria-label={title}>
      <h2 className="page-pane-title">{title}</h2>
      {children}
    </section>
  );
}

function Figure({
  name,
  value,
  bad = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly bad?: boolean;
}) {
  return (
    <div className={bad ? 'page-card page-card-bad' : 'page-card'}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Table({ head, children }: { readonly head: readonly string[]; readonly children: ReactNode }) {
  return (
    <div className="ccm-table-box">
      <table className="ccm-table page-figures">
        <thead>
          <tr>
            {head.map((name, k) => (
              <th key={name} scope="col" className={k === 0 ? undefined : 'ccm-took'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
