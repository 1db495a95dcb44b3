import { textOf } from '../model/span-detail.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import { useSurroundings } from './context.ts';
import { Glyph } from './glyph.tsx';
import { LinkTo, type SpanLink } from './link-to.tsx';
import { laneName, laneOfSpan, laneTier } from './names.ts';
import { Swatch } from './swatch.tsx';
import { sentence } from './texts/sentence.ts';
import type { TraceShape } from './trace-shape.ts';

export interface HeaderProps {
  readonly shape: TraceShape;
  readonly onCulprit: () => void;
  readonly links: readonly SpanLink[];
  /** Where all traces with a diagnosis are listed. */
  readonly hrefOfDiagnosis: ((id: string) => string) | undefined;
}

/** The sentence that says what happened, where and what to do: before any bar. */
export function Header({ shape, onCulprit, links, hrefOfDiagnosis }: HeaderProps) {
  const { translator: t } = useSurroundings();
  const { table, tree, verdict, lanes } = shape;
  const root = tree.roots[0]!;
  const detail = table.detail(root);
  const guid = textOf(detail.attributes, 'ccm.client.guid');
  const logged = lanes.lanes.filter((lane) => lane.silent === undefined && lane.tier !== undefined);
  const tiers = [...new Set(logged.map((lane) => laneTier(lane, t)))];
  const spans =
    table.count === 1 ? t.text('summary.span') : t.text('summary.spans', { n: t.number(table.count) });
  const facts = [t.dateTime(table.startMs[root]!), t.duration(table.durationMs[root]!), spans];
  if (lanes.lanes.some((lane) => lane.silent !== undefined))
    facts.push(t.text('summary.tiers', { tiers: tiers.join(t.text('summary.and')) }));
  const code = verdict.httpStatus || verdict.errorType;
  const outcome = t.text(`outcome.${verdict.outcome}`);
  return (
    <header className="ccm-head">
      <div className="ccm-title">
        <h2>{table.names[root]}</h2>
        <span className={`ccm-badge ccm-badge-${verdict.outcome}`}>
          <Glyph kind={verdict.outcome} />
          {verdict.outcome === 'error' && code !== '' ? `${outcome} · ${code}` : outcome}
        </span>
        {verdict.partial && <span className="ccm-badge">{t.text('outcome.partial')}</span>}
        <span>
          {table.hosts[root]} {guid !== '' && <span className="ccm-dim ccm-mono">{guid}</span>}
        </span>
        <span className="ccm-dim">{facts.join(' · ')}</span>
        {links.map((link) => (
          <LinkTo key={link.title + link.href} link={link} />
        ))}
      </div>
      {verdict.outcome !== 'ok' && <DiagnosisPane {...{ shape, onCulprit, hrefOfDiagnosis }} />}
    </header>
  );
}

function DiagnosisPane({ shape, onCulprit, hrefOfDiagnosis }: Omit<HeaderProps, 'links'>) {
  const { translator: t, diagnoses } = useSurroundings();
  const { table, tree, verdict } = shape;
  const known = diagnoses.get(verdict.diagnosis);
  const lane = laneOfSpan(shape, verdict.culprit);
  const story = table.names[tree.roots[0]!]!;
  const where =
    lane.tier === undefined
      ? t.text('verdict.failed-service', { story, service: lane.service })
      : t.text('verdict.failed', { story, tier: laneTier(lane, t), host: lane.host });
  const failed = verdict.outcome === 'error';
  const span = table.names[verdict.culprit]!;
  const error = verdict.errorType || verdict.message;
  const warned = t.text(error === '' ? 'verdict.warned-only' : 'verdict.warned', { span, error });
  const quoted = verdict.message !== '' && (failed || known !== undefined || error !== verdict.message);
  return (
    <div
      className={`ccm-diagnosis ccm-diagnosis-${verdict.outcome}`}
      role="note"
      data-diagnosis={verdict.diagnosis}
    >
      <p className="ccm-cause">
        <strong>{known?.title ?? sentence(failed ? where : warned)}</strong>
        <button type="button" className="ccm-where" onClick={onCulprit}>
          <Swatch colour={lane.colour} />
          {laneName(lane, t)} · {table.names[verdict.culprit]}
        </button>
      </p>
      {known !== undefined && known.cause !== '' && known.cause !== known.title && <p>{known.cause}</p>}
      {quoted && (
        <p className="ccm-quote">
          <span className="ccm-dim">{t.text('verdict.from')}: </span>
          <span className="ccm-mono">{verdict.message}</span>
        </p>
      )}
      {known === undefined ? (
        failed && <p className="ccm-dim">{t.text('verdict.unexplained')}</p>
      ) : (
        <Remedy known={known} hrefOfDiagnosis={hrefOfDiagnosis} />
      )}
    </div>
  );
}

interface RemedyProps {
  readonly known: Diagnosis;
  readonly hrefOfDiagnosis: HeaderProps['hrefOfDiagnosis'];
}

function Remedy({ known, hrefOfDiagnosis }: RemedyProps) {
  const { translator: t } = useSurroundings();
  return (
    <>
      {known.remedy !== '' && (
        <p className="ccm-remedy">
          <b>{t.text('verdict.remedy')}:</b> {known.remedy}
        </p>
      )}
      <p className="ccm-more">
        {known.links.map(({ title, url }) => (
          <a key={url} className="ccm-link" href={url} target="_blank" rel="noreferrer">
            {title} <Glyph kind="external" />
          </a>
        ))}
        {hrefOfDiagnosis !== undefined && (
          <a className="ccm-link" href={hrefOfDiagnosis(known.id)}>
            {t.text('verdict.same')}
          </a>
        )}
      </p>
    </>
  );
}
