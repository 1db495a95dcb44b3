import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslator } from '../view/context.ts';
import { Logo } from './logo.tsx';
import { listHref, type Route } from './route.ts';
import { useLanguage, useTheme } from './settings.ts';

export interface ShellProps {
  readonly route: Route;
  /** What was looked for. */
  readonly query: string;
  /** Whether news come by themselves. */
  readonly live: boolean;
  readonly children: ReactNode;
}

/** Search box first, then where one is, then settings. */
export function Shell({ route, query, live, children }: ShellProps) {
  const t = useTranslator();
  return (
    <div className="page">
      <a className="ccm-link page-skip" href="#content" onClick={skip}>
        {t.text('page.skip')}
      </a>
      <header className="page-head">
        <a className="page-brand" href="#/">
          <Logo />
          {t.text('page.title')}
        </a>
        <Find query={query} />
        <nav className="page-nav" aria-label={t.text('page.title')}>
          <a
            href="#/"
            aria-current={route.name === 'list' ? 'page' : route.name === 'trace' ? 'true' : undefined}
          >
            {t.text('page.traces')}
          </a>
          <a href="#/fleet" aria-current={route.name === 'fleet' ? 'page' : undefined}>
            {t.text('page.fleet')}
          </a>
        </nav>
        <div className="page-settings">
          <span className="page-live" data-live={live} role="status">
            <i />
            {t.text(live ? 'page.live' : 'page.not-live')}
          </span>
          <Settings />
        </div>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className={route.name === 'trace' ? 'page-main page-main-trace' : 'page-main'}
      >
        {children}
      </main>
    </div>
  );
}

function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

function Find({ query }: { readonly query: string }) {
  const t = useTranslator();
  const [text, setText] = useState(query);
  const [shown, setShown] = useState(query);
  // Another address brings another text; the box itself stays, and with it the focus.
  if (shown !== query) {
    setShown(query);
    setText(query);
  }
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement | null)?.closest?.('input, textarea, select') != null;
      if (event.key !== '/' || typing || event.defaultPrevented) return;
      event.preventDefault();
      box.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  return (
    <form
      className="page-find"
      role="search"
      aria-label={t.text('page.search')}
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = listHref({ q: text.trim() });
      }}
    >
      <input
        ref={box}
        type="search"
        value={text}
        aria-label={t.text('page.search')}
        placeholder={t.text('page.search-hint')}
        title={t.text('page.search-title')}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="ccm-button">
        {t.text('page.find')}
      </button>
    </form>
  );
}

function Settings() {
  const t = useTranslator();
  const [theme, setTheme] = useTheme();
  const [language, setLanguage] = useLanguage();
  return (
    <>
      <select
        aria-label={t.text('page.theme')}
        value={theme}
        onChange={(event) => setTheme(event.target.value)}
      >
        {(['auto', 'dark', 'light'] as const).map((choice) => (
          <option key={choice} value={choice}>
            {t.text(`page.theme-${choice}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t.text('page.language')}
        value={language}
        onChange={(event) => setLanguage(event.target.value)}
      >
        <option value="en">English</option>
        <option value="ja">日本語</option>
      </select>
    </>
  );
}
