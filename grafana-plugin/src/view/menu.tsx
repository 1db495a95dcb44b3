import { useRef, type ReactNode } from 'react';

/** A button that opens a small pane; it closes when the focus leaves it, and on Escape. */
export function Menu({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const box = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (box.current !== null) box.current.open = false;
  };
  return (
    <details
      ref={box}
      className="ccm-menu"
      onBlur={(event) => {
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
        box.current?.querySelector('summary')?.focus();
      }}
    >
      <summary className="ccm-button">{label}</summary>
      <div className="ccm-menu-pane">{children}</div>
    </details>
  );
}
