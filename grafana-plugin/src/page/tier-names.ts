const services: Readonly<Record<string, string>> = {
  client: 'ccm-client',
  'cloud management gateway': 'ccm-cmg',
  'connection point': 'ccm-connection-point',
  'management point': 'ccm-management-point',
};

/** `service.name` of a tier as the API names it; a service name stays as it is. */
export function serviceOfTier(tier: string): string {
  return services[tier] ?? tier;
}
