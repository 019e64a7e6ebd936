import { describe, expect, it } from 'vitest';
import { countsOf } from './vitest-counts.mjs';

function report(passed: number, failed: number, files: object[] = []) {
  return { numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, numTodoTests: 0, testResults: files };
}

describe('what a test run counts', () => {
  it('is what passed and what failed', () => {
    expect(countsOf(report(5, 0), true)).toEqual({ passed: 5, failed: 0, skipped: 0 });
    expect(countsOf(report(5, 2), false)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  it('is a failure when a file breaks before its tests, when nothing ran, and when there is no report', () => {
    const broken = { status: 'failed', assertionResults: [] };
    expect(countsOf(report(5, 0, [broken]), false)).toMatchObject({ failed: 1 });
    expect(countsOf(report(0, 0), true)).toMatchObject({ failed: 1 });
    expect(countsOf(report(5, 0), false)).toMatchObject({ failed: 1 });
    expect(countsOf(undefined, true)).toMatchObject({ failed: 1 });
  });
});
