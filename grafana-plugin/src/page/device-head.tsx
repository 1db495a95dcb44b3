import { useMemo } from 'react';
import { visible } from '../model/visible.ts';
import { AttemptsTimeline } from '../view/attempts-timeline.tsx';
import { useSurroundings } from '../view/context.ts';
import { storyName } from '../view/texts/story-names.ts';
import { rowOf, type DeviceJson } from './api.ts';
import { listHref, traceHref } from './route.ts';

/** A server's or a shared device's names and ids are many: the first say whose page this is, the others are folded. */
const shownNames = 2;
const shownIds = 4;

const idKinds = [
  ['clientGuids', 'device.id-client'],
  ['entraDeviceIds', 'device.id-entra-device'],
  ['entraUserIds', 'device.id-entra-user'],
  ['sids', 'device.id-sid'],
] as const;

/** One device: what its token's state is, since when, and how many others suffer from the same. */
export function DeviceHead({ device }: { readonly device: DeviceJson }) {
  const { translator: t, diagnoses } = useSurroundings();
  const rows = useMemo(() => device.attempts.map(rowOf), [device]);
  const { identities, token, sameCause } = device;
  const lastMs = device.lastSeenUs / 1000;
  const expiresMs = token.expiresUs / 1000;
  const lost = token.state === 'overdue' || token.state === 'expired';
  const failedSince = rows.filter(
    (row) => row.outcome === 'error' && row.startMs > token.cachedUs / 1000,
  ).length;
  const names = identities.hosts.map(visible);
  const ids = idKinds.flatMap(([kind, name]) => identities[kind].map((id) => ({ name, id: visible(id) })));
  const others = [...names.slice(shownNames), ...ids.slice(shownIds).map(({ id }) => id)];
  const last = rows.find(({ traceId }) => traceId === token.traceId);
  // Day and month are one word; the time may stand on the next line.
  const timeOf = (ms: number) => t.shortDateTime(ms).replace(/(?<=\d) (?=\p{L})/u, '\u00A0');
  const state =
    token.state === 'valid'
      ? t.text('device.valid-until', { time: timeOf(expiresMs) })
      : token.state === 'unknown'
        ? t.text('device.no-token')
        : t.text('device.ran-out', { time: timeOf(expiresMs) });
  const cause = sameCause === undefined ? undefined : diagnoses.get(sameCause.diagnosis)?.title;
  return (
    <section className="page-pane page-device" aria-label={names[0] ?? ids[0]?.id}>
      <h2>
        {names.slice(0, shownNames).map((name) => (
          <span key={name} className="ccm-clamp" title={name}>
            {name}
          </span>
        ))}
      </h2>
      <p className="page-ids">
        {ids.slice(0, shownIds).map(({ name, id }) => (
          <span key={`${name} ${id}`}>
            {t.text(name)} <span className="ccm-mono">{id}</span>
          </span>
        ))}
      </p>
      {others.length > 0 && (
        <details className="page-others">
          <summary>{t.text('device.others', { n: t.number(others.length) })}</summary>
          <p className="ccm-mono">{others.join(' · ')}</p>
        </details>
      )}
      <dl className="page-cards">
        <Card name={t.text('device.token')} value={state} bad={lost} />
        <Card
          name={t.text('device.last')}
          value={token.cachedUs === 0 ? t.text('device.never') : timeOf(token.cachedUs / 1000)}
          href={token.traceId === '' ? undefined : traceHref(token.traceId)}
          note={last === undefined ? undefined : storyName(last.name, t.language)}
        />
        <Card
          name={t.text('device.since')}
          value={
            failedSince === 0
              ? t.text('device.since-none')
              : t.text('device.since-failed', { n: t.number(failedSince) })
          }
          bad={failedSince > 0}
        />
        {sameCause !== undefined && (
          <Card
            name={cause === undefined ? t.text('device.same') : `${t.text('device.same')}: ${cause}`}
            value={
              sameCause.devices > 1
                ? t.text('device.same-n', { n: t.number(sameCause.devices) })
                : t.text('device.same-one')
            }
            href={sameCause.diagnosis === '' ? undefined : listHref({ diagnosis: sameCause.diagnosis })}
          />
        )}
      </dl>
      <AttemptsTimeline
        rows={rows}
        selected=""
        nowMs={lastMs}
        onOpen={(row) => {
          location.hash = traceHref(row.traceId);
        }}
      />
    </section>
  );
}

interface CardProps {
  readonly name: string;
  readonly value: string;
  readonly bad?: boolean;
  readonly href?: string | undefined;
  readonly note?: string | undefined;
}

function Card({ name, value, bad = false, href, note }: CardProps) {
  return (
    <div className={bad ? 'page-card page-card-bad' : 'page-card'}>
      <dt>{name}</dt>
      <dd>
        {href === undefined ? value : <a href={href}>{value}</a>}
        {note !== undefined && <span className="page-note"> {note}</span>}
      </dd>
    </div>
  );
}
