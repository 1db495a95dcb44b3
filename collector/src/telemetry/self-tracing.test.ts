import { afterEach, describe, expect, it, vi } from 'vitest';
import { startOtlpServer } from '../../../test/support/otlp-server.ts';
import { startSelfTracing } from './self-tracing.ts';

afterEach(() => vi.unstubAllEnvs());

describe('startSelfTracing()', () => {
  it('sends spans of the work done, and says which failed', async () => {
    const server = await startOtlpServer();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', server.url);
    const tracing = await startSelfTracing({ OTEL_TRACES_EXPORTER: 'otlp' }, '1.2.3');
    expect(await tracing.around('store.write', { traces: 3 }, async () => 7)).toBe(7);
    const failing = tracing.around('export.send', {}, async () => Promise.reject(new Error('down')));
    await expect(failing).rejects.toThrow('down');
    await tracing.stop();
    await server.close();
    const { resourceSpans } = JSON.parse(String(server.requests[0]?.body));
    const { spans } = resourceSpans[0].scopeSpans[0];
    expect(spans.map(({ name }: { name: string }) => name)).toEqual(['store.write', 'export.send']);
    expect(spans[1].status).toMatchObject({ code: 2, message: 'Error: down' });
    const service = { key: 'service.name', value: { stringValue: 'ccmtrace' } };
    expect(resourceSpans[0].resource.attributes).toContainEqual(service);
  });

  it('ends within seconds where nobody takes its spans', async () => {
    const server = await startOtlpServer(() => ({ kind: 'hang' }));
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', server.url);
    const tracing = await startSelfTracing({ OTEL_TRACES_EXPORTER: 'otlp' }, '1');
    await tracing.around('x', {}, async () => 1);
    const start = performance.now();
    await tracing.stop();
    expect(performance.now() - start).toBeLessThan(4500);
    expect(server.requests).toHaveLength(1);
    await server.close();
  });

  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' },
  ])('simply runs the work for %j', async (environment) => {
    const tracing = await startSelfTracing(environment, '1');
    expect(await tracing.around('x', {}, async () => 1)).toBe(1);
    await tracing.stop();
  });
});
