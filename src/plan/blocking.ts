import type { Finding, Severity } from './plan.ts';

const ORDER: Readonly<Record<Severity, number>> = { blocking: 0, unknown: 1, warning: 2, info: 4 };

/** Whether an upgrade may not begin for it: what is not known counts as what is wrong, unless it was accepted by name. */
export function isBlocking({ severity, accepted }: Finding): boolean {
  return accepted === undefined && (severity === 'blocking' || severity === 'unknown');
}

/** Worst first; what was accepted stands between warnings and what only informs. */
export function bySeverity(a: Finding, b: Finding): number {
  return rankOf(a) - rankOf(b);
}

function rankOf({ severity, accepted }: Finding): number {
  return accepted === undefined ? ORDER[severity] : 3;
}
