import { useSurroundings } from '../view/context.ts';
import { storyName } from '../view/texts/story-names.ts';
import type { ListFilter } from './api.ts';
import { listHref } from './route.ts';

const stories = ['client install', 'client registration', 'token renewal', 'token request'];

/** Narrows the list; every choice is an address. */
export function Filters({ filter }: { readonly filter: ListFilter }) {
  const { translator: t, diagnoses } = useSurroundings();
  const go = (change: Partial<ListFilter>) => listHref(toQuery({ ...filter, ...change }));
  const outcomes = [
    ['', 'page.all'],
    ['error', 'page.failed-only'],
    ['ok', 'page.ok-only'],
    ['warning', 'page.warned-only'],
  ] as const;
  const cause = diagnoses.get(filter.diagnosis)?.title ?? filter.diagnosis;
  return (
    <div className="page-filters">
      <nav className="ccm-tabs" aria-label={t.text('attempts.outcome')}>
        {outcomes.map(([outcome, text]) => (
          <a
            key={outcome}
            className="ccm-tab ccm-row-link"
            aria-current={filter.outcome === outcome ? 'true' : undefined}
            href={go({ outcome })}
          >
            {t.text(text)}
          </a>
        ))}
      </nav>
      <select
        aria-label={t.text('page.story')}
        value={filter.story}
        onChange={(event) => {
          location.hash = go({ story: event.target.value });
        }}
      >
        <option value="">{t.text('page.every-story')}</option>
        {stories.map((story) => (
          <option key={story} value={story}>
            {storyName(story, t.language)}
          </option>
        ))}
      </select>
      {filter.diagnosis !== '' && (
        <span className="ccm-badge">
          {t.text('page.filter-diagnosis', { title: cause })}{' '}
          <a className="ccm-link" href={go({ diagnosis: '' })}>
            {t.text('page.clear')}
          </a>
        </span>
      )}
    </div>
  );
}

/** The filter as the address spells it. */
function toQuery({ identity, story, outcome, diagnosis }: ListFilter): Record<string, string> {
  return { q: identity, story, outcome, diagnosis };
}

export function fromQuery(query: URLSearchParams): ListFilter {
  const of = (key: string) => query.get(key) ?? '';
  return { identity: of('q'), story: of('story'), outcome: of('outcome'), diagnosis: of('diagnosis') };
}
