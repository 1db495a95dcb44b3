import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

interface Axe {
  run(scope: object, options: object): Promise<{ violations: Finding[] }>;
}

/** What axe-core finds wrong within `selector`, one line each; rules of whole pages are left to the page's own test. */
export async function findBarriers(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(source);
  const findings = await page.evaluate(async (include) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run({ include: [include] }, { resultTypes: ['violations'] });
    return violations;
  }, selector);
  return findings.flatMap(({ id, impact, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} (${impact}): ${target.join(' ')} ${failureSummary ?? ''}`,
    ),
  );
}
