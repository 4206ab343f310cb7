export interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Skipped, to do, or never reached. */
  readonly notRun: number;
}

/**
 * Reads what vitest's JSON reporter wrote.
 * @param text absent when vitest did not come so far
 */
export function readVitestReport(text: string | undefined, exitCode: number): Count {
  if (text === undefined) return { passed: 0, failed: 1, notRun: 0 };
  const report: VitestReport = JSON.parse(text);
  const failed = report.numFailedTests;
  const count = {
    passed: report.numPassedTests,
    failed,
    notRun: report.numPendingTests + report.numTodoTests,
  };
  // A file that cannot be loaded, a hook that throws, a suite without tests: no test failed, and it is a failure still.
  return exitCode !== 0 && failed === 0 ? { ...count, failed: 1 } : count;
}

export function sum(counts: readonly Count[]): Count {
  return counts.reduce((total, count) => ({
    passed: total.passed + count.passed,
    failed: total.failed + count.failed,
    notRun: total.notRun + count.notRun,
  }));
}

/** `12 passed, 0 failed`, and how many were skipped if any were. */
export function totalLine({ passed, failed, notRun }: Count): string {
  return `${passed} passed, ${failed} failed${notRun === 0 ? '' : `, ${notRun} skipped`}`;
}

export function verdict({ failed, notRun }: Count): string {
  if (failed > 0) return 'FAILED ';
  return notRun > 0 ? 'NOT RUN' : 'passed ';
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}
