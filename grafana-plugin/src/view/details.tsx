import { useMemo, type ReactNode } from 'react';
import { failuresFirst, mergeEvidence } from '../layout/evidence.ts';
import { spanMarkdown } from '../layout/markdown.ts';
import { startOf } from '../layout/time.ts';
import type { Attribute, SpanReference } from '../model/span-detail.ts';
import { useTranslator } from './context.ts';
import { CopyButton } from './copy-button.tsx';
import { LinkTo, type SpanLink } from './link-to.tsx';
import { laneName, laneOfSpan, spanName } from './names.ts';
import { RecordList } from './record-list.tsx';
import type { ViewAction, ViewState } from './state.ts';
import { Swatch } from './swatch.tsx';
import type { TraceShape } from './trace-shape.ts';

export interface DetailsProps {
  readonly shape: TraceShape;
  readonly state: ViewState;
  readonly dispatch: (action: ViewAction) => void;
  readonly records: boolean;
  readonly linksOf: ((span: number) => readonly SpanLink[]) | undefined;
  readonly hrefOfTrace: ((reference: SpanReference) => string | undefined) | undefined;
}

/** The selected span: its records first, then everything that is known of it. */
export function Details({ shape, state, dispatch, records, linksOf, hrefOfTrace }: DetailsProps) {
  const t = useTranslator();
  const span = state.selected;
  const { table } = shape;
  const detail = useMemo(() => table.detail(span), [table, span]);
  const evidence = useMemo(
    () => failuresFirst(table, mergeEvidence(table, [span], 1000).rows),
    [table, span],
  );
  const moved = evidence.some(({ record }, k) => record.timeMs < (evidence[k - 1]?.record.timeMs ?? 0));
  const lane = laneOfSpan(shape, span);
  const name = spanName(table, span, t);
  const links = linksOf?.(span) ?? [];
  return (
    <section className="ccm-details" aria-label={t.text('detail.title')} data-span={table.ids[span]}>
      <header className="ccm-details-head">
        <h3 tabIndex={-1} data-ccm-records>
          <Swatch colour={lane.colour} />
          {name}
        </h3>
        <span className="ccm-dim">
          {laneName(lane, t)} · {t.duration(table.durationMs[span]!)} ·{' '}
          {t.text('detail.start', { start: t.timeOfDay(startOf(table, span, state.clock)) })}
        </span>
        <span className="ccm-details-tools">
          {links.map((link) => (
            <LinkTo key={link.title + link.href} link={link} />
          ))}
          <CopyButton
            label={t.text('detail.copy-id')}
            caption={table.ids[span]}
            text={() => table.ids[span]!}
          />
          <CopyButton
            label={t.text('detail.copy-markdown')}
            caption="Markdown"
            text={() => spanMarkdown(table, span)}
          />
        </span>
      </header>
      {detail.statusMessage !== '' && <p className="ccm-status">{detail.statusMessage}</p>}
      <div className="ccm-details-body">
        {records && (
          <div className="ccm-details-records">
            {evidence.length === 0 ? (
              <p className="ccm-dim ccm-pad">{t.text('detail.no-records')}</p>
            ) : (
              <>
                {moved && <p className="ccm-dim ccm-failures-first">{t.text('detail.failures-first')}</p>}
                <RecordList
                  shape={shape}
                  rows={evidence}
                  selected={-1}
                  onSelect={() => undefined}
                  label={t.text('detail.records', { name })}
                  tiers={false}
                />
              </>
            )}
          </div>
        )}
        <div className="ccm-details-facts">
          <Facts title={t.text('detail.attributes')} attributes={detail.attributes} />
          <Facts title={t.text('detail.resource')} attributes={detail.resource} />
          {detail.links.length > 0 && (
            <Group title={t.text('detail.links')}>
              <ul className="ccm-links">
                {detail.links.map((link) => (
                  <LinkedSpan key={link.traceId + link.spanId} {...{ link, shape, dispatch, hrefOfTrace }} />
                ))}
              </ul>
            </Group>
          )}
        </div>
      </div>
    </section>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="ccm-group">
      <h4>{title}</h4>
      {children}
    </div>
  );
}

function Facts({ title, attributes }: { readonly title: string; readonly attributes: readonly Attribute[] }) {
  if (attributes.length === 0) return null;
  return (
    <Group title={title}>
      <dl className="ccm-facts">
        {attributes.map(({ key, value }) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </Group>
  );
}

interface LinkedSpanProps {
  readonly link: SpanReference;
  readonly shape: TraceShape;
  readonly dispatch: (action: ViewAction) => void;
  readonly hrefOfTrace: DetailsProps['hrefOfTrace'];
}

/** A span link: inside this trace it selects, to another trace it leads there where the host knows the way. */
function LinkedSpan({ link, shape, dispatch, hrefOfTrace }: LinkedSpanProps) {
  const t = useTranslator();
  const text = t.text('detail.link', { span: link.spanId, trace: link.traceId });
  const here = shape.table.ids.indexOf(link.spanId);
  if (link.traceId === shape.table.traceId && here >= 0) {
    return (
      <li>
        <button type="button" className="ccm-link" onClick={() => dispatch({ kind: 'select', span: here })}>
          {spanName(shape.table, here, t)}
        </button>
      </li>
    );
  }
  const href = hrefOfTrace?.(link);
  return (
    <li>
      {href === undefined ? (
        <span className="ccm-mono">{text}</span>
      ) : (
        <a className="ccm-link" href={href}>
          {text}
        </a>
      )}
    </li>
  );
}
