// Sums the vitest JSON results in a folder and prints the one closing line: N passed, N failed, N skipped.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const totals = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder)) {
  const run = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  totals.passed += run.numPassedTests;
  totals.failed += run.numFailedTests;
  totals.skipped += run.numPendingTests + run.numTodoTests;
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
