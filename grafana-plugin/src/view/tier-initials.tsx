import { tiersOf, type TierKey } from '../layout/tiers.ts';
import { useTranslator } from './context.ts';
import { Swatch } from './swatch.tsx';

const initials: Readonly<Record<TierKey, string>> = {
  client: 'C',
  entra: 'E',
  gateway: 'G',
  'connection-point': 'CP',
  'management-point': 'MP',
};

/** What a tier is called where there is no room for its name; the same in every language, as in the products' own documentation. */
export function initialOf(tier: TierKey): string {
  return initials[tier];
}

/** The tiers that a trace has records of: colour and initials, their names in the tooltip and for screen readers. */
export function Tiers({ services }: { readonly services: readonly string[] }) {
  const t = useTranslator();
  const tiers = tiersOf(services);
  if (tiers.length === 0) return null;
  const names = tiers.map((tier) => t.text(`tier.${tier}`)).join(' · ');
  return (
    <span className="ccm-tier-dots" role="img" aria-label={names} title={names}>
      {tiers.map((tier) => (
        <span key={tier}>
          <Swatch colour={tier} />
          {initialOf(tier)}
        </span>
      ))}
    </span>
  );
}
