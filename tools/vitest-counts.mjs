/**
 * What a Vitest JSON report counts. A file that broke before its tests, a run that executed none, and a run that failed
 * without a failing test (an unhandled error) each count as one failure.
 */
export function countsOf(report, exitedWell) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const files = report.testResults ?? [];
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + broken;
  const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
  if (failed === 0 && (!exitedWell || passed === 0)) return { passed, failed: 1, skipped };
  return { passed, failed, skipped };
}
