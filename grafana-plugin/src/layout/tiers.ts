/** The parts of Configuration Manager that a token request passes, in the order of its way. */
export const tierKeys = ['client', 'entra', 'gateway', 'connection-point', 'management-point'] as const;

export type TierKey = (typeof tierKeys)[number];

const byService: ReadonlyMap<string, TierKey> = new Map([
  ['ccm-client', 'client'],
  ['ccm-cmg', 'gateway'],
  ['ccm-connection-point', 'connection-point'],
  ['ccm-management-point', 'management-point'],
]);

/** The tier that a service is; undefined for services of other products. */
export function tierOf(service: string): TierKey | undefined {
  return byService.get(service);
}

/** The tiers among services, each once, in the order of a request's way. */
export function tiersOf(services: readonly string[]): TierKey[] {
  const seen = new Set(services.map(tierOf));
  return tierKeys.filter((tier) => seen.has(tier));
}
