import type { TraceRow } from '../model/trace-row.ts';
import { tiersOf } from '../layout/tiers.ts';
import { useSurroundings } from './context.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import { stepName } from './names.ts';
import { failureName, failureTitle } from './texts/failure-names.ts';
import { sentence } from './texts/sentence.ts';
import { storyName } from './texts/story-names.ts';
import type { Translator } from './texts/translator.ts';
import { initialOf, Tiers } from './tier-initials.tsx';

export interface AttemptsTableProps {
  readonly rows: readonly TraceRow[];
  readonly selected: string;
  readonly label: string;
  readonly hrefOf: ((row: TraceRow) => string | undefined) | undefined;
  readonly onOpen: (row: TraceRow) => void;
}

/** Attempts, newest first: when, what, how it ended, and what that means. */
export function AttemptsTable({ rows, selected, label, hrefOf, onOpen }: AttemptsTableProps) {
  const { translator: t } = useSurroundings();
  // A column that no row fills is left out: search results of a data source know neither device nor outcome, and only where a trace began.
  const meaning = rows.some(
    ({ message, diagnosis, errorType, outcome }) =>
      message !== '' || diagnosis !== '' || errorType !== '' || outcome === 'warning',
  );
  const columns = {
    meaning: meaning || rows.some(({ services }) => services.length > 1),
    device: rows.some(({ host, clientGuid }) => host !== '' || clientGuid !== ''),
    outcome: rows.some(({ outcome }) => outcome !== 'unknown'),
  };
  const tiers = columns.meaning ? tiersOf(rows.flatMap(({ services }) => services)) : [];
  return (
    <>
      <p className="ccm-table-note">
        {!columns.outcome && <span>{t.text('attempts.untold')}</span>}
        <span>{t.text('attempts.zone', { zone: t.timeZone })}</span>
        {tiers.map((tier) => (
          <span key={tier} className="ccm-whole">
            <b>{initialOf(tier)}</b> {t.text(`tier.${tier}`)}
          </span>
        ))}
      </p>
      <div className="ccm-table-box">
        <table className="ccm-table ccm-attempt-table" aria-label={label}>
          <thead>
            <tr>
              <th scope="col">{t.text('attempts.when')}</th>
              {columns.device && <th scope="col">{t.text('attempts.device')}</th>}
              <th scope="col">{t.text('attempts.story')}</th>
              {columns.outcome && <th scope="col">{t.text('attempts.outcome')}</th>}
              <th scope="col" className="ccm-took">
                {t.text('attempts.duration')}
              </th>
              {columns.meaning && (
                <th scope="col">{t.text(meaning ? 'attempts.meaning' : 'attempts.tiers')}</th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <AttemptRow
                key={row.traceId}
                {...{ row, columns, hrefOf, onOpen }}
                selected={row.traceId === selected}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What did not succeed in a trace that was well, in the words of its verdict where it is known. */
function warningOf({ outcome, warned }: TraceRow, t: Translator): string {
  if (outcome !== 'warning') return '';
  if (warned === undefined) return t.text('attempts.warned');
  return sentence(t.text('verdict.warned', { span: stepName(warned, t) }));
}

interface AttemptRowProps extends Pick<AttemptsTableProps, 'hrefOf' | 'onOpen'> {
  readonly row: TraceRow;
  readonly columns: { readonly device: boolean; readonly outcome: boolean; readonly meaning: boolean };
  readonly selected: boolean;
}

function AttemptRow({ row, columns, selected, hrefOf, onOpen }: AttemptRowProps) {
  const { translator: t, diagnoses } = useSurroundings();
  const when = t.shortDateTime(row.startMs);
  const meaning =
    diagnoses.get(row.diagnosis)?.title ??
    failureName(row.errorType, t.language) ??
    (row.message || (failureTitle(row.errorType, t.language) ?? row.errorType) || warningOf(row, t));
  const device = row.host || row.clientGuid || '–';
  const href = hrefOf?.(row);
  const open = t.text('attempts.open', { story: storyName(row.name, t.language), when });
  return (
    <tr
      className={selected ? 'ccm-selected' : undefined}
      aria-current={selected ? 'true' : undefined}
      data-trace={row.traceId}
      onClick={(event) => {
        if (event.defaultPrevented || (event.target as HTMLElement).closest('a, button') !== null) return;
        onOpen(row);
      }}
    >
      <td className="ccm-when">
        {href === undefined ? (
          <button type="button" className="ccm-link" aria-label={open} onClick={() => onOpen(row)}>
            {when}
          </button>
        ) : (
          <a className="ccm-link" href={href} aria-label={open}>
            {when}
          </a>
        )}
      </td>
      {columns.device && (
        <td className="ccm-device">
          <span className="ccm-clamp" title={device}>
            {device}
          </span>
        </td>
      )}
      <td className="ccm-story">{storyName(row.name, t.language)}</td>
      {columns.outcome && (
        <td className="ccm-outcome">
          <OutcomeBadge {...row} />
        </td>
      )}
      <td className="ccm-took">{t.duration(row.durationMs)}</td>
      {columns.meaning && (
        <td className="ccm-meaning">
          <Tiers services={row.services} /> {meaning}
        </td>
      )}
    </tr>
  );
}
