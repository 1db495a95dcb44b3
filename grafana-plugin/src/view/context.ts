import { createContext, useContext } from 'react';
import type { Diagnoses } from '../model/diagnosis.ts';
import type { Translator } from './texts/translator.ts';
import { createTranslator } from './texts/translator.ts';
import { darkTokens, type Tokens } from './theme.ts';

/** What every component of the view may need of its host. */
export interface Surroundings {
  readonly translator: Translator;
  readonly tokens: Tokens;
  readonly diagnoses: Diagnoses;
}

const SurroundingsContext = createContext<Surroundings>({
  translator: createTranslator('en', 'UTC'),
  tokens: darkTokens,
  diagnoses: new Map(),
});

export const SurroundingsProvider = SurroundingsContext.Provider;

export function useSurroundings(): Surroundings {
  return useContext(SurroundingsContext);
}

export function useTranslator(): Translator {
  return useContext(SurroundingsContext).translator;
}
