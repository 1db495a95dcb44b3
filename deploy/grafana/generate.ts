/** Writes Grafana's form of the alert rules: `node deploy/grafana/generate.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseRuleFile, toGrafana } from './grafana-rules.ts';

const source = new URL('../prometheus/alerts.rules.yml', import.meta.url);
const target = new URL('alert-rules.yaml', import.meta.url);
writeFileSync(target, toGrafana(parseRuleFile(readFileSync(source, 'utf8'))));
