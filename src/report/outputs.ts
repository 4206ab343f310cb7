import type { ClusterMatrix } from '../plan/matrix.ts';
import type { OfflinePlan } from '../plan/offline.ts';
import type { Plan } from '../plan/plan.ts';
import type { OutputName } from '../request/contract/outputs.ts';
import type { WriteAvailability } from '../rollout/write-probe.ts';
import { backupUrl } from './backup-facts.ts';
import { type Ending, exitCodeOf } from './ending.ts';
import type { BackupSummary, Result } from './model.ts';
import { countBySeverity, disruptedWorkloads } from './plan-facts.ts';
import { proofsOutput } from './proof-facts.ts';

/** Paths of the files that an Action run leaves for later steps. */
export interface ReportFiles {
  readonly result: string;
  readonly summary: string;
  /** Empty where it could not be written. */
  readonly report: string;
}

/** The outputs of an Action run by name; those that the command does not have are empty. */
export function outputsOf(ending: Ending, files: ReportFiles): Readonly<Record<OutputName, string>> {
  return {
    outcome: ending.outcome.state,
    'exit-code': String(exitCodeOf(ending)),
    reason: ending.outcome.problem?.code ?? '',
    ...noDetails,
    ...detailsOf(ending),
    'result-file': files.result,
    'summary-file': files.summary,
    'report-file': files.report,
  };
}

type DetailName = Exclude<
  OutputName,
  'outcome' | 'exit-code' | 'reason' | 'result-file' | 'summary-file' | 'report-file'
>;
type Details = Partial<Record<DetailName, string>>;

const noDetails = {
  verdict: '',
  'plan-hash': '',
  hops: '',
  'current-version': '',
  'target-version': '',
  'run-id': '',
  'api-writes-failed': '',
  'api-longest-gap-seconds': '',
  'disrupted-workloads': '',
  'expected-seconds': '',
  findings: '',
  clusters: '',
  matrix: '',
  waves: '',
  'comment-url': '',
  'backup-id': '',
  'backup-url': '',
  'dossier-file': '',
  proofs: '',
} as const satisfies Record<DetailName, string>;

function detailsOf(ending: Ending): Details {
  switch (ending.command) {
    case 'plan':
      return 'offline' in ending ? offlineDetails(ending.offline) : planDetails(ending.plan);
    case 'matrix':
      return matrixDetails(ending.matrix);
    case 'backup':
      return provenDetails(ending.backup);
    case 'upgrade':
      return {
        ...planDetails(ending.plan),
        ...provenDetails(ending.backup),
        'run-id': ending.runId,
        'dossier-file': ending.dossier ?? '',
        ...apiWritesDetails(ending.apiWrites),
      };
    case 'status':
      return statusDetails(ending);
    case 'maintain':
      return {
        ...backupDetails(ending.backup),
        'run-id': ending.runId,
        ...apiWritesDetails(ending.apiWrites),
      };
    case 'defrag':
      return { ...backupDetails(ending.backup), 'run-id': ending.runId };
    case 'verify':
    case 'drill':
      return { ...backupDetails(ending.backup), proofs: proofsOutput(ending.proofs) };
    case 'fetch':
    case 'restore-resources':
      return backupDetails(ending.backup);
    case 'restore-etcd':
    case 'rollback':
      return { ...backupDetails(ending.backup), 'run-id': ending.runId };
    case 'backups':
    case 'prune':
    case 'unlock':
    case 'failure':
      return {};
  }
}

function planDetails(plan: Plan): Details {
  return {
    verdict: plan.verdict,
    'plan-hash': plan.hash,
    hops: JSON.stringify(plan.hops.map(({ from, to }) => ({ from, to }))),
    'current-version': plan.current,
    'target-version': plan.target,
    'disrupted-workloads': String(disruptedWorkloads(plan).length),
    'expected-seconds': String(Math.round(plan.forecast.expectedSeconds)),
    findings: JSON.stringify(countBySeverity(plan.findings)),
  };
}

function offlineDetails({ verdict, from, to }: OfflinePlan): Details {
  return { verdict, 'target-version': to, ...(from !== undefined && { 'current-version': from }) };
}

function matrixDetails({ matrix, waves }: ClusterMatrix): Details {
  return {
    clusters: String(matrix.include.length),
    matrix: JSON.stringify(matrix),
    waves: JSON.stringify(waves),
  };
}

function backupDetails(backup: BackupSummary | undefined): Details {
  if (backup === undefined) return {};
  return { 'backup-id': backup.manifest.id, 'backup-url': backupUrl(backup) };
}

function provenDetails(backup: BackupSummary | undefined): Details {
  if (backup === undefined) return {};
  return { ...backupDetails(backup), proofs: proofsOutput(backup.manifest.proofs) };
}

function statusDetails({ status }: Extract<Result, { readonly command: 'status' }>): Details {
  return { 'current-version': status.apiServerVersion, 'target-version': status.target };
}

function apiWritesDetails(writes: WriteAvailability | undefined): Details {
  if (writes === undefined) return {};
  return {
    'api-writes-failed': String(writes.failed),
    'api-longest-gap-seconds': String(writes.longestGapSeconds),
  };
}
