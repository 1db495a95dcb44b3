import { useEffect, useMemo, useState } from 'react';
import { ViewRoot } from '../view/view-root.tsx';
import { createTranslator } from '../view/texts/translator.ts';
import { darkTokens, lightTokens } from '../view/theme.ts';
import { createApi } from './api.ts';
import { fromQuery } from './filters.tsx';
import { FleetPage } from './fleet-page.tsx';
import { ListPageView } from './list-page.tsx';
import { listHref, parseRoute, useHash } from './route.ts';
import { useLanguage, useSystemScheme, useTheme } from './settings.ts';
import { Shell } from './shell.tsx';
import { TracePage } from './trace-page.tsx';
import { useLoad, valueOf } from './use-load.ts';

/** The collector's own page. */
export function App() {
  const api = useMemo(() => createApi(''), []);
  const hash = useHash();
  const route = useMemo(() => parseRoute(hash), [hash]);
  const [theme] = useTheme();
  const system = useSystemScheme();
  const [language] = useLanguage();
  const [diagnoses] = useLoad(`diagnoses ${language}`, (signal) => api.diagnoses(language, signal));
  const known = valueOf(diagnoses);
  const [live, setLive] = useState(false);
  const tokens = (theme === 'auto' ? system : theme) === 'dark' ? darkTokens : lightTokens;
  const zone = useMemo(() => new Intl.DateTimeFormat().resolvedOptions().timeZone, []);
  const surroundings = useMemo(
    () => ({ tokens, translator: createTranslator(language, zone), diagnoses: known ?? new Map() }),
    [tokens, language, zone, known],
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const [back, setBack] = useState('#/');
  const here = hash === '' ? '#/' : hash;
  if (route.name === 'list' && back !== here) setBack(here);
  const query = route.name === 'list' ? (route.query.get('q') ?? '') : '';
  return (
    <ViewRoot surroundings={surroundings}>
      <Shell route={route} query={query} live={live}>
        {route.name === 'list' && (
          <ListPageView key={listHref({})} api={api} filter={fromQuery(route.query)} onLive={setLive} />
        )}
        {route.name === 'fleet' && <FleetPage api={api} onLive={setLive} />}
        {route.name === 'trace' && (
          <TracePage
            key={route.traceId}
            api={api}
            traceId={route.traceId}
            query={route.query}
            back={back}
            onLive={setLive}
          />
        )}
      </Shell>
    </ViewRoot>
  );
}
