import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createTelemetry } from '../../collector/src/telemetry/index.ts';
import { metrics } from '../../dashboards/src/metrics.ts';
import { isAlert, parseRuleFile, toGrafana } from '../../deploy/grafana/grafana-rules.ts';

const root = join(dirname(import.meta.filename), '../..');
const folder = join(root, 'deploy/prometheus');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const alertFile = parseRuleFile(read('deploy/prometheus/alerts.rules.yml'));
const recordingFile = parseRuleFile(read('deploy/prometheus/recording.rules.yml'));
const alerts = alertFile.groups.flatMap((group) => group.rules.filter(isAlert));
const recorded = recordingFile.groups.flatMap((group) =>
  group.rules.map((rule) => ('record' in rule ? rule.record : '')),
);

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

function promtool(...parameters: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', parameters, { cwd: folder, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

interface RuleTest {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

describe('the alert rules', () => {
  it('are there', () => {
    expect(alerts.length).toBeGreaterThan(10);
  });

  it.each(alerts.map((rule) => [rule.alert, rule] as const))('%s follows the conventions', (name, rule) => {
    expect(name).toMatch(/^Ccm([A-Z][a-z]+)+$/);
    expect(['critical', 'warning', 'info']).toContain(rule.labels['severity']);
    expect(rule.annotations['summary']).not.toContain('{{');
    expect(rule.annotations['description']).toContain('{{');
    const runbook = rule.annotations['runbook_url'] ?? '';
    expect(runbook).toBe(`deploy/runbooks/${name}.md`);
    expect(read(runbook)).toMatch(new RegExp(`^# ${name}\n`));
  });

  it.each(alerts.map((rule) => rule.alert))('%s is tested to fire and not to fire', (name) => {
    const { tests } = parse(read(`deploy/prometheus/tests/${name}.test.yml`)) as RuleTest;
    const own = tests.flatMap((each) => each.alert_rule_test).filter(({ alertname }) => alertname === name);
    expect(own.some(({ exp_alerts: expected = [] }) => expected.length > 0)).toBe(true);
    expect(own.some(({ exp_alerts: expected = [] }) => expected.length === 0)).toBe(true);
  });

  it('use only metrics that the collector serves, and labels that they have', async () => {
    const served = await servedMetrics();
    const expressions = [...alertFile.groups, ...recordingFile.groups].flatMap((group) =>
      group.rules.map(({ expr }) => expr),
    );
    const used = expressions.flatMap((expr) => expr.match(/(?<![:\w])ccm(?:trace)?_\w+(?![\w:])/g) ?? []);
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((name) => !served.has(name))).toEqual([]);
    const levels = expressions.flatMap((expr) => expr.match(/\w+:\w+:\w+/g) ?? []);
    expect(levels.filter((name) => !recorded.includes(name))).toEqual([]);
  });

  it('have no page too many', () => {
    const pages = readdirSync(join(root, 'deploy/runbooks')).filter((page) => page !== 'README.md');
    expect(pages.sort()).toEqual(alerts.map(({ alert }) => `${alert}.md`).sort());
    for (const page of pages) {
      for (const [, link = ''] of read(`deploy/runbooks/${page}`).matchAll(/\]\(([^)]+)\)/g)) {
        expect(existsSync(join(root, 'deploy/runbooks', link)), `${page} links to ${link}`).toBe(true);
      }
    }
  });

  it('are the same in Grafana: run node deploy/grafana/generate.ts when this fails', () => {
    expect(read('deploy/grafana/alert-rules.yaml')).toBe(toGrafana(alertFile));
  });

  it.skipIf(!hasPromtool)('pass promtool check with all lints and promtool test', () => {
    const checked = promtool(
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      'alerts.rules.yml',
      'recording.rules.yml',
    );
    expect(checked).toMatchObject({ status: 0 });
    const tests = readdirSync(join(folder, 'tests')).map((name) => `tests/${name}`);
    const tested = promtool('test', 'rules', ...tests);
    expect(tested).toMatchObject({ status: 0 });
    expect(promtool('check', 'config', 'prometheus.yml').status).toBe(0);
  });
});

describe("Grafana's form of an alert", () => {
  it("keeps the expression, fires for whatever it answers, and shows the value in Grafana's way", () => {
    const { groups } = parse(toGrafana(alertFile)) as { groups: { rules: Record<string, unknown>[] }[] };
    const rule = groups.flatMap((group) => group.rules).find(({ title }) => title === 'CcmStsLatencyHigh');
    expect(rule).toMatchObject({
      uid: 'ccm-sts-latency-high',
      condition: 'B',
      noDataState: 'OK',
      data: [
        { model: { expr: alerts.find(({ alert }) => alert === 'CcmStsLatencyHigh')?.expr } },
        {
          model: {
            type: 'threshold',
            expression: 'A',
            conditions: [{ evaluator: { type: 'gt', params: [-1] } }],
          },
        },
      ],
    });
    expect(JSON.stringify(rule)).toContain('{{ with $values.A }}{{ .Value | humanizeDuration }}{{ end }}');
    expect(toGrafana(alertFile)).not.toMatch(/\$value\b/);
  });
});

describe('/metrics', () => {
  it('serves what the dashboards know, and they know all that it serves', async () => {
    const { body } = await telemetry().metrics('text/plain');
    const served = [...body.matchAll(/^# TYPE (ccm\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(served.sort()).toEqual(metrics.map(({ name, type }) => `${name} ${type}`).sort());
  });

  it.skipIf(!hasPromtool)('passes the lints of promtool check metrics', async () => {
    const { body } = await telemetry().metrics('text/plain');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: body,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

function telemetry() {
  const log = { level: 'error', format: 'text', write: () => undefined } as const;
  return createTelemetry({ clock: { nowUs: () => 0 }, version: '1', log });
}

/** Series names that `/metrics` can have, by its TYPE lines. */
async function servedMetrics(): Promise<ReadonlySet<string>> {
  const { body } = await telemetry().metrics('text/plain');
  const names = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' || type === 'summary'
      ? ['_bucket', '_sum', '_count'].map((end) => name + end)
      : [name],
  );
  return new Set(names);
}
