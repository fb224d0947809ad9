// Adds up vitest's JSON reports. A missing report is a failure; so is any skipped test, whose reason is printed.
import { existsSync, readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0, skipped: 0 };
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    console.log(`no report: ${path}`);
    total.failed++;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status !== 'pending' && test.status !== 'skipped' && test.status !== 'todo') continue;
      total.skipped++;
      console.log(`skipped: ${test.fullName}${test.meta?.reason ? ` (${test.meta.reason})` : ''}`);
    }
  }
}
if (total.skipped > 0) console.log('nothing may be skipped here: every test must have what it needs');
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.skipped > 0 || total.passed === 0 ? 1 : 0);
