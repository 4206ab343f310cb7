import type { Finding, Severity } from '../../../src/plan/plan.ts';
import type { ClusterFileChange, TestLab } from '../support/test-lab.ts';

/**
 * Something wrong that is put into a small lab (one control plane, two workers, on the way from 1.35 to 1.36), that a plan must
 * find, and that is taken out again: the cases share one lab.
 */
export interface Fault {
  /** What is wrong, as the name of its test. */
  readonly name: string;
  /** What the cluster file says otherwise while the fault is there. */
  readonly file?: ClusterFileChange;
  readonly seed: (lab: TestLab) => Promise<unknown>;
  /**
   * Does what the remedy of the finding says: the command that it prints where it prints one. After that the finding must be gone.
   * Absent where the remedy is to do nothing.
   * @returns what the cluster file says from now on, where that is the remedy
   */
  readonly remedy?: (lab: TestLab, finding: Finding) => Promise<ClusterFileChange | undefined>;
  /** Leaves the lab as it was; runs even if seed() failed half-way. */
  readonly undo: (lab: TestLab) => Promise<unknown>;
  readonly expect: ExpectedFinding;
  /** Further findings that the fault must show in. */
  readonly also?: readonly ExpectedFinding[];
}

export interface ExpectedFinding {
  readonly check: string;
  readonly severity: Severity;
  readonly object: string | RegExp;
}
