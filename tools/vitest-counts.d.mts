export function countsOf(
  report: object | undefined,
  exitedWell: boolean,
): { passed: number; failed: number; skipped: number };
