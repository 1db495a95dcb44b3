import { useCallback, useSyncExternalStore } from 'react';
import { languageOf, type Language } from '../view/texts/translator.ts';

export type ThemeChoice = 'auto' | 'dark' | 'light';

const dark = '(prefers-color-scheme: dark)';

function followScheme(changed: () => void): () => void {
  const query = matchMedia(dark);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** What the system asks for. */
export function useSystemScheme(): 'dark' | 'light' {
  return useSyncExternalStore(followScheme, () => (matchMedia(dark).matches ? 'dark' : 'light'));
}

const changedEvent = 'ccmtrace-settings';

function followSettings(changed: () => void): () => void {
  addEventListener(changedEvent, changed);
  addEventListener('storage', changed);
  return () => {
    removeEventListener(changedEvent, changed);
    removeEventListener('storage', changed);
  };
}

/** A choice that the browser remembers; where it may not, for as long as the page is open. */
function useSetting(key: string, otherwise: string): [string, (value: string) => void] {
  const value = useSyncExternalStore(followSettings, () => read(key) ?? otherwise);
  const change = useCallback(
    (next: string) => {
      try {
        localStorage.setItem(key, next);
      } catch {
        sessionOnly.set(key, next);
      }
      dispatchEvent(new Event(changedEvent));
    },
    [key],
  );
  return [value, change];
}

const sessionOnly = new Map<string, string>();

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? sessionOnly.get(key);
  } catch {
    return sessionOnly.get(key);
  }
}

export function useTheme(): [ThemeChoice, (value: string) => void] {
  const [value, change] = useSetting('ccmtrace.theme', 'auto');
  return [value === 'dark' || value === 'light' ? value : 'auto', change];
}

export function useLanguage(): [Language, (value: string) => void] {
  const [value, change] = useSetting('ccmtrace.language', navigator.language);
  return [languageOf(value), change];
}
