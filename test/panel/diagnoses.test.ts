import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnosesFile, diagnosesJson } from '../../grafana-plugin/scripts/diagnoses.ts';
import { readDiagnoses } from '../../grafana-plugin/src/frames/diagnoses.ts';

describe('the diagnoses that the panel carries', () => {
  it('are those of the mappings: run `npm run generate -w grafana-plugin` after a change', () => {
    expect(readFileSync(diagnosesFile, 'utf8')).toBe(diagnosesJson());
  });

  it('have a title, a cause and a remedy in both languages', () => {
    for (const language of ['en', 'ja']) {
      for (const diagnosis of readDiagnoses(JSON.parse(diagnosesJson()), language).values()) {
        expect(diagnosis).toMatchObject({
          title: expect.stringMatching(/\S/),
          cause: expect.stringMatching(/\S/),
          remedy: expect.stringMatching(/\S/),
        });
      }
    }
  });
});
