import { useTranslator } from './context.ts';
import { Glyph } from './glyph.tsx';

const signs = [
  ['ccm-critical-sign', 'help.critical'],
  ['ccm-bar-sign ccm-pale-sign', 'help.pale'],
  ['ccm-bar-sign', 'help.full'],
  ['ccm-bar-sign ccm-inferred-sign', 'help.inferred'],
] as const;

/** The keys, and what the waterfall's signs mean, as a dialog over the view. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslator();
  const keys = [
    ['↑ ↓ ← →', 'help.arrows'],
    ['Enter', 'help.enter'],
    ['/', 'help.search'],
    ['n  p', 'help.next'],
    ['w  s', 'help.zoom'],
    ['1 – 4', 'help.views'],
    ['?', 'help.help'],
    ['Esc', 'help.escape'],
  ] as const;
  return (
    <div className="ccm-help" role="dialog" aria-label={t.text('help.title')}>
      <header>
        <h3>{t.text('help.title')}</h3>
        <button
          type="button"
          className="ccm-icon-button"
          aria-label={t.text('detail.close')}
          onClick={onClose}
        >
          <Glyph kind="close" />
        </button>
      </header>
      <h4>{t.text('help.keys')}</h4>
      <dl>
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t.text(text)}</dd>
          </div>
        ))}
      </dl>
      <h4>{t.text('help.signs')}</h4>
      <dl>
        {signs.map(([sign, text]) => (
          <div key={text}>
            <dt>
              <i className={sign} />
            </dt>
            <dd>{t.text(text)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
