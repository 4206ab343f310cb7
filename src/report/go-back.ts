import type { VersionText } from '../cluster/observation.ts';
import type { StepRecord } from '../rollout/timeline.ts';
import { commandLine, IDENTITY_FILE } from './commands.ts';
import type { BackupSummary, Result } from './model.ts';

/** How to take an upgrade back: what that means, and the commands to copy. */
export interface GoBack {
  readonly to: VersionText;
  readonly about: readonly string[];
  readonly commands: readonly string[];
}

/**
 * The way back to before the last hop that was begun. Kubernetes has no downgrade in place
 * (https://kubernetes.io/releases/version-skew-policy/), so it leads through the backup.
 * Absent where the backup holds no snapshot of etcd.
 */
export function goBack(
  { plan, source, records }: Extract<Result, { readonly command: 'upgrade' }>,
  { manifest }: BackupSummary,
): GoBack | undefined {
  if (manifest.etcd === undefined) return undefined;
  const to = lastHop(records)?.from ?? plan.current;
  const isOneHop = to === plan.current;
  const taken = isOneHop ? `at ${manifest.startedAt}` : 'before that hop';
  const identity = manifest.recipients.length === 0 ? '' : ` --identity ${IDENTITY_FILE}`;
  const command = `${commandLine('rollback', source.file)}${identity}`;
  return {
    to,
    about: [
      `Kubernetes has no downgrade in place: a rollback to ${to} puts packages, static pods, certificates, kubelets and etcd back to the backup that was taken ${taken}. What changed in the cluster since then is lost, and volumes keep their newer contents.`,
      'Single objects need no rollback: kubestair restore resources brings them back.',
    ],
    commands: [`${command} --dry-run`, `${command} --confirm ${plan.cluster}`],
  };
}

function lastHop(records: readonly StepRecord[]): StepRecord['step']['hop'] | undefined {
  return records.findLast(({ startedAt }) => startedAt !== undefined)?.step.hop;
}
