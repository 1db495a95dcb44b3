import { sayingOf } from '../layout/evidence.ts';
import { textOf } from '../model/span-detail.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import { useSurroundings } from './context.ts';
import { Glyph } from './glyph.tsx';
import { OutcomeBadge } from './outcome-badge.tsx';
import { LinkTo, type SpanLink } from './link-to.tsx';
import { laneName, laneOfSpan, laneTier, spanName } from './names.ts';
import { Swatch } from './swatch.tsx';
import { sentence } from './texts/sentence.ts';
import { storyName } from './texts/story-names.ts';
import type { TraceShape } from './trace-shape.ts';

export interface HeaderProps {
  readonly shape: TraceShape;
  /** Where width is dear: what is not needed at once is folded. */
  readonly narrow: boolean;
  readonly onCulprit: () => void;
  readonly links: readonly SpanLink[];
  /** Where all traces with a diagnosis are listed. */
  readonly hrefOfDiagnosis: ((id: string) => string) | undefined;
}

/** The sentence that says what happened, where and what to do: before any bar. */
export function Header({ shape, narrow, onCulprit, links, hrefOfDiagnosis }: HeaderProps) {
  const { translator: t } = useSurroundings();
  const { table, tree, verdict, lanes } = shape;
  const root = tree.roots[0]!;
  const detail = table.detail(root);
  const guid = textOf(detail.attributes, 'ccm.client.guid');
  const logged = lanes.lanes.filter((lane) => lane.silent === undefined);
  const tiers = [...new Set(logged.map((lane) => laneTier(lane, t)))];
  const spans =
    table.count === 1 ? t.text('summary.span') : t.text('summary.spans', { n: t.number(table.count) });
  const startMs = table.startMs[root]!;
  const when = narrow ? `${t.shortDateTime(startMs)} ${t.timeZone}` : t.dateTime(startMs);
  const facts = [when, t.duration(shape.durationMs), spans];
  if (lanes.lanes.some((lane) => lane.silent !== undefined))
    facts.push(t.text('summary.tiers', { tiers: tiers.join(t.text('summary.and')) }));
  return (
    <header className="ccm-head">
      <div className="ccm-title">
        <h2>{storyName(table.names[root]!, t.language)}</h2>
        <OutcomeBadge {...verdict} />
        {verdict.partial && <span className="ccm-badge">{t.text('outcome.partial')}</span>}
        <span>
          {table.hosts[root]} {guid !== '' && <span className="ccm-dim ccm-mono">{guid}</span>}
        </span>
        <span className="ccm-dim ccm-facts-line">
          {facts.map((fact) => (
            <span key={fact} className="ccm-whole">
              {fact}
            </span>
          ))}
        </span>
        {links.map((link) => (
          <LinkTo key={link.title + link.href} link={link} />
        ))}
      </div>
      {verdict.outcome !== 'ok' && <DiagnosisPane {...{ shape, narrow, onCulprit, hrefOfDiagnosis }} />}
    </header>
  );
}

function DiagnosisPane({ shape, narrow, onCulprit, hrefOfDiagnosis }: Omit<HeaderProps, 'links'>) {
  const { translator: t, diagnoses } = useSurroundings();
  const { table, tree, verdict } = shape;
  const known = diagnoses.get(verdict.diagnosis);
  const lane = laneOfSpan(shape, verdict.culprit);
  const story = storyName(table.names[tree.roots[0]!]!, t.language);
  const where =
    lane.tier === undefined
      ? t.text('verdict.failed-service', { story, service: lane.service })
      : t.text('verdict.failed', { story, tier: laneTier(lane, t), host: lane.host });
  const failed = verdict.outcome === 'error';
  const span = spanName(table, verdict.culprit, t);
  const warned = t.text('verdict.warned', { span });
  const found = foundOf(shape);
  const cause = known === undefined || known.cause === known.title ? '' : known.cause;
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
          {laneName(lane, t)} · {span}
        </button>
      </p>
      {cause !== '' && !narrow && <p>{cause}</p>}
      {found !== '' && (
        <p className="ccm-quote">
          <span className="ccm-dim">{t.text('verdict.from')}: </span>
          <span className="ccm-mono">{found}</span>
        </p>
      )}
      {known === undefined ? (
        failed && <p className="ccm-dim">{t.text('verdict.unexplained')}</p>
      ) : (
        <Remedy {...{ known, hrefOfDiagnosis }} folded={narrow ? cause : ''} />
      )}
    </div>
  );
}

/** What the logs say of it: in the words that were quoted for it, or else, of a warning, its last record; a code that these do not hold. */
function foundOf({ table, verdict }: TraceShape): string {
  const { outcome, culprit, code, message } = verdict;
  if (outcome === 'error') return message;
  const last = table.detail(culprit).records.at(-1);
  const said = message || (last === undefined ? '' : sayingOf(last));
  const isSaid = said.toLowerCase().includes(code.toLowerCase());
  return [said, isSaid ? '' : code].filter((part) => part !== '').join(' · ');
}

interface RemedyProps {
  readonly known: Diagnosis;
  /** What is shown on demand only; may be empty. */
  readonly folded: string;
  readonly hrefOfDiagnosis: HeaderProps['hrefOfDiagnosis'];
}

function Remedy({ known, folded, hrefOfDiagnosis }: RemedyProps) {
  const { translator: t } = useSurroundings();
  return (
    <>
      {known.remedy !== '' && (
        <p className="ccm-remedy">
          <b>{t.text('verdict.remedy')}:</b> {known.remedy}
        </p>
      )}
      <div className="ccm-more">
        {folded !== '' && (
          <details className="ccm-why">
            <summary>{t.text('verdict.why')}</summary>
            {folded}
          </details>
        )}
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
      </div>
    </>
  );
}
