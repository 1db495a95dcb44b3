import { describe, expect, it } from 'vitest';
import { signalUrl } from './destination.ts';
import { destinationFromEnvironment } from './environment.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318' };

describe('destinationFromEnvironment()', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' },
    { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' },
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://a' },
  ])('is off for %j', (environment) => {
    expect(destinationFromEnvironment(environment)).toBeUndefined();
  });

  it("takes the specification's defaults", () => {
    expect(destinationFromEnvironment(endpoint)).toEqual({
      url: 'http://a:4318',
      signalUrls: {},
      protocol: 'http/protobuf',
      compression: 'none',
      headers: {},
      timeoutMs: 10_000,
      logs: false,
      metrics: false,
      tls: {},
    });
  });

  it('reads every general variable', () => {
    const environment = {
      ...endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20x=y, X-Scope-OrgID=7,',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
      OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: 'c.pem',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: 'k.pem',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
    };
    expect(destinationFromEnvironment(environment)).toMatchObject({
      protocol: 'http/json',
      compression: 'gzip',
      headers: { authorization: 'Bearer x=y', 'x-scope-orgid': '7' },
      timeoutMs: 2500,
      logs: true,
      metrics: true,
      tls: { ca: 'ca.pem', certificate: 'c.pem', key: 'k.pem' },
    });
  });

  it('lets the variable for traces go before the general one', () => {
    const environment = {
      ...endpoint,
      OTEL_EXPORTER_OTLP_TIMEOUT: '1',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
    };
    expect(destinationFromEnvironment(environment)).toMatchObject({ timeoutMs: 2, compression: 'gzip' });
  });

  it("adds the signal's path to the general endpoint only", () => {
    const own = { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b/in' };
    const destination = destinationFromEnvironment(own) ?? { url: '' };
    expect(signalUrl(destination, 'traces').href).toBe('http://b/in');
    expect(signalUrl(destination, 'logs').href).toBe('http://a:4318/v1/logs');
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /protocol .*found grpc\. Set it to http\/protobuf/],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', /compression .*found zstd/],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', /timeout .*found 10s\. Give milliseconds/],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', /endpoint .*found localhost:4318/],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=c', /headers .*name=value/],
  ])('says what is wrong with %s=%s', (name, value, sentence) => {
    expect(() => destinationFromEnvironment({ ...endpoint, [name]: value })).toThrow(sentence);
  });

  it('never repeats a header that may be a secret', () => {
    const environment = { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' };
    expect(() => destinationFromEnvironment(environment)).toThrow(/^(?!.*hunter2)/);
  });
});
