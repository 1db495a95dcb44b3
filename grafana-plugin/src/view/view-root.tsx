import { useInsertionEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import { SurroundingsProvider, type Surroundings } from './context.ts';
import { adoptStyles } from './style/sheet.ts';
import { applyTokens } from './theme.ts';

/** Puts the tokens and the style sheet in place for everything inside. */
export function ViewRoot({
  surroundings,
  children,
}: {
  readonly surroundings: Surroundings;
  readonly children: ReactNode;
}) {
  const root = useRef<HTMLDivElement>(null);
  useInsertionEffect(() => adoptStyles(document), []);
  useLayoutEffect(() => applyTokens(root.current!, surroundings.tokens), [surroundings.tokens]);
  return (
    <SurroundingsProvider value={surroundings}>
      <div ref={root} className="ccm-root" lang={surroundings.translator.language}>
        {children}
      </div>
    </SurroundingsProvider>
  );
}
