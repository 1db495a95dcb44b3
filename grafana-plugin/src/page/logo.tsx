const bars = [
  { x: 10, y: 12, width: 44, fill: '#6e9fff' },
  { x: 18, y: 24, width: 30, fill: '#5ad1c9' },
  { x: 24, y: 36, width: 20, fill: '#f2cc0c' },
  { x: 29, y: 48, width: 12, fill: '#73bf69' },
] as const;

/** The drawing of public/logo.svg, there from the first frame on. */
export function Logo() {
  return (
    <svg viewBox="0 0 64 64" width="22" height="22" aria-hidden="true">
      <rect width="64" height="64" rx="12" fill="#181b1f" />
      {bars.map((bar) => (
        <rect key={bar.y} {...bar} height="8" rx="2" />
      ))}
    </svg>
  );
}
