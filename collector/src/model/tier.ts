/** The four tiers of a token request, each one OpenTelemetry service (trace model: "Tiers"). */
export const tiers = ['client', 'cloud management gateway', 'connection point', 'management point'] as const;

export type Tier = (typeof tiers)[number];

/** `service.name` of each tier. */
export const serviceNames: Readonly<Record<Tier, string>> = {
  client: 'ccm-client',
  'cloud management gateway': 'ccm-cmg',
  'connection point': 'ccm-connection-point',
  'management point': 'ccm-management-point',
};
