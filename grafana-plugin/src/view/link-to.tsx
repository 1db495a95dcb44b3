import { Glyph } from './glyph.tsx';

/** A place to go to from a span or a trace. */
export interface SpanLink {
  readonly title: string;
  readonly href: string;
  readonly onClick?: (event: { preventDefault(): void }) => void;
  readonly newTab?: boolean;
}

export function LinkTo({ link: { title, href, onClick, newTab = false } }: { readonly link: SpanLink }) {
  return (
    <a
      className="ccm-link"
      {...{ href, onClick }}
      {...(newTab ? { target: '_blank', rel: 'noreferrer' } : {})}
    >
      {title} <Glyph kind="external" />
    </a>
  );
}
