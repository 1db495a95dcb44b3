// Sums the vitest JSON results in a folder: names what failed and why, so that the end of the output tells it, and prints
// the one closing line: N passed, N failed, N skipped.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const messageLines = 12;

const folder = process.argv[2];
const totals = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder)) {
  const run = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  totals.passed += run.numPassedTests;
  totals.failed += run.numFailedTests;
  totals.skipped += run.numPendingTests + run.numTodoTests;
  for (const { name, status, message, assertionResults } of run.testResults) {
    if (status === 'failed' && message) tell(name, message);
    for (const test of assertionResults)
      if (test.status === 'failed') tell(`${name}: ${test.fullName}`, test.failureMessages.join('\n'));
  }
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

function tell(name, message) {
  console.log(`FAILED ${name}\n${message.split('\n').slice(0, messageLines).join('\n')}\n`);
}
