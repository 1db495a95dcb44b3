import { baseStyle } from './base.ts';
import { detailStyle } from './detail.ts';
import { listStyle } from './list.ts';
import { waterfallStyle } from './waterfall.ts';

const marker = Symbol.for('ccmtrace.style');

interface Marked extends Document {
  [marker]?: CSSStyleSheet;
}

/**
 * Adopts the view's style sheet once per document. A constructed sheet: it needs no inline style, which a strict
 * content security policy refuses, and no file beside the script, which a panel has no good place for.
 */
export function adoptStyles(document: Document): void {
  const marked = document as Marked;
  if (marked[marker] !== undefined) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${baseStyle}\n${waterfallStyle}\n${detailStyle}\n${listStyle}`);
  marked[marker] = sheet;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
