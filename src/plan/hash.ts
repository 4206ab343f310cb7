import { createHash } from 'node:crypto';
import { sortedByJson } from './approval-basis.ts';
import { canonicalJson } from './canonical.ts';
import type { Finding, Plan, Step } from './plan.ts';

/** What the hash of a plan is made of, all of which the plan itself holds: whoever has a plan can check its hash. */
export type Hashed = Pick<Plan, 'tool' | 'clusterUid' | 'basis' | 'steps' | 'findings'>;

/** Findings that do not warn, but that an approval is about all the same: who is away for a time. */
const APPROVED_INFO: ReadonlySet<string> = new Set(['single-replicas']);

/**
 * What an approval is bound to: SHA-256, in hexadecimal, of the canonical JSON of what the plan does and rests on, see ApprovalBasis.
 * Durations are left out, and findings that only inform; so is the order of control planes, which follows the leader of etcd, and that
 * changes by itself.
 */
export function planHash({ tool, clusterUid, basis, steps, findings }: Hashed): string {
  const hashed = {
    tool,
    clusterUid,
    ...basis,
    steps: approvedSteps(steps),
    findings: sortedByJson(findings.filter(isApproved).map(approvedFinding)),
  };
  return createHash('sha256').update(canonicalJson(hashed)).digest('hex');
}

/** Whether an approval is about a finding: notes come and go. */
export function isApproved({ severity, check }: Pick<Finding, 'severity' | 'check'>): boolean {
  return severity !== 'info' || APPROVED_INFO.has(check);
}

/** A step as far as an approval is about it. */
export type ApprovedStep = Omit<Step, 'expectedSeconds' | 'does'> & Partial<Pick<Step, 'does'>>;

/** Steps in their order, but for those of control planes, which come by name. */
export function approvedSteps(steps: readonly Step[]): readonly ApprovedStep[] {
  const servers = new Set(steps.flatMap((step) => (isOfControlPlane(step) ? [step.node] : [])));
  const own = steps.filter(({ node }) => node !== undefined && servers.has(node));
  const others = steps.filter(({ node }) => node === undefined || !servers.has(node));
  const byName = own
    .filter(({ closes }) => closes !== 'control-plane')
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [...others, ...byName].map(({ expectedSeconds: _seconds, does, ...step }) =>
    // Which one gets `apply` and which ones `node` depends on their order alone.
    step.kind === 'control-plane' ? step : { ...step, does },
  );
}

function isOfControlPlane({ kind, closes }: Step): boolean {
  return kind === 'control-plane' || closes === 'control-plane';
}

function approvedFinding({ check, severity, object, accepted }: Finding): Partial<Finding> {
  return { check, severity, object, ...(accepted !== undefined && { accepted }) };
}
