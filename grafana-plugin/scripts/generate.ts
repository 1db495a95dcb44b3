// Writes what the panel carries of the mappings. `npm run generate -w grafana-plugin` after a change of diagnoses.yaml.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { diagnosesFile, diagnosesJson } from './diagnoses.ts';

mkdirSync(dirname(diagnosesFile), { recursive: true });
writeFileSync(diagnosesFile, diagnosesJson());
