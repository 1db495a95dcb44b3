const paths = {
  open: 'M4 6l4 4 4-4',
  closed: 'M6 4l4 4-4 4',
  error: 'M4.5 4.5l7 7m0-7l-7 7',
  warning: 'M8 2.5L14 13.5H2zM8 6.5v3.2m0 1.4v.6',
  ok: 'M3.5 8.5l3 3 6-7',
  copy: 'M6 6h7v7H6zM3 10V3h7',
  external: 'M9 3h4v4M13 3L7.5 8.5M11 9v4H3V5h4',
  search: 'M7 3a4 4 0 100 8 4 4 0 000-8zM10 10l3.5 3.5',
  close: 'M4.5 4.5l7 7m0-7l-7 7',
  up: 'M4 10l4-4 4 4',
  top: 'M3.5 3h9M8 13.5V6.5M4.5 9.5L8 6l3.5 3.5',
  down: 'M4 6l4 4 4-4',
  back: 'M10 3.5L5.5 8l4.5 4.5',
} as const;

export type GlyphKind = keyof typeof paths;

/** A small drawing. With a label it is read out; without one it is decoration. */
export function Glyph({ kind, label }: { readonly kind: GlyphKind; readonly label?: string }) {
  return (
    <svg
      className={`ccm-glyph ccm-glyph-${kind}`}
      viewBox="0 0 16 16"
      width="14"
      height="14"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined ? true : undefined}
    >
      <path
        d={paths[kind]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
