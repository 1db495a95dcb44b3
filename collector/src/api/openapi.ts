import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';

/** What the generated OpenAPI document says besides the routes. */
export const openApiInfo: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'ccmtrace',
      description:
        'Configuration Manager token requests as traces. Made from the routes by the API tests (vitest run test/e2e/api/routes.test.ts -u); not edited by hand.',
      version: '1',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: [
      { name: 'traces', description: 'Traces and what happens to them.' },
      { name: 'devices', description: 'One device, and all of them.' },
      { name: 'jaeger', description: "What Grafana's Jaeger data source asks." },
      { name: 'collector', description: 'The collector itself.' },
    ],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic' },
      },
    },
    security: [{ bearer: [] }, { basic: [] }, {}],
  },
};
