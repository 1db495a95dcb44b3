import { visible } from '../model/visible.ts';
import { useTranslator } from '../view/context.ts';
import { StatePane } from '../view/state-pane.tsx';
import type { ListFilter } from './api.ts';
import { listHref } from './route.ts';

/** An empty list: what was asked for, and what of it can be changed. */
export function NothingFound({ filter }: { readonly filter: ListFilter }) {
  const t = useTranslator();
  const query = visible(filter.identity);
  const narrowed = filter.story !== '' || filter.outcome !== '' || filter.diagnosis !== '';
  if (!narrowed) {
    return query === '' ? (
      <StatePane title={t.text('page.none-yet')} hint={t.text('page.none-hint')} />
    ) : (
      <StatePane title={t.text('page.none-search', { query })} hint={t.text('page.none-search-hint')} />
    );
  }
  return (
    <StatePane
      title={query === '' ? t.text('page.none') : t.text('page.none-of', { query })}
      hint={t.text('page.none-filtered-hint')}
    >
      <a className="ccm-button ccm-row-link" href={listHref({ q: filter.identity })}>
        {t.text('page.clear-all')}
      </a>
    </StatePane>
  );
}
