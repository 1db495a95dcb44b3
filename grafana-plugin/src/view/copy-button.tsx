import { useEffect, useState } from 'react';
import { useTranslator } from './context.ts';
import { Glyph } from './glyph.tsx';

export interface CopyButtonProps {
  readonly text: () => string;
  readonly label: string;
  /** Shown beside the drawing; without it the label is only read out and shown as a hint. */
  readonly caption?: string;
}

/** Copies a text and says so. */
export function CopyButton({ text, label, caption }: CopyButtonProps) {
  const t = useTranslator();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={caption === undefined ? 'ccm-icon-button' : 'ccm-button'}
      title={label}
      aria-label={caption === undefined ? label : `${label}: ${caption}`}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(text()).then((done) => setCopied(done));
      }}
    >
      <Glyph kind={copied ? 'ok' : 'copy'} />
      {caption !== undefined && <span>{copied ? t.text('detail.copied') : caption}</span>}
      <span role="status" className="ccm-unseen">
        {copied ? t.text('detail.copied') : ''}
      </span>
    </button>
  );
}

/** Puts a text on the clipboard; where the page may not (no TLS), through a selection. False if neither worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
