import pLimit from 'p-limit';
import type { BackedUpNode, HostVersions } from '../../../../restore/etcd/restorer.ts';
import type { RestorePlanDeps } from '../plan.ts';
import { surveyHost } from '../survey.ts';
import { newestVersion } from './plan.ts';

const HOSTS_AT_ONCE = 8;

/** What control planes have, and what they are in the middle of. @throws the signal's reason */
export async function lookAtVersions(
  nodes: readonly BackedUpNode[],
  { hostOf }: RestorePlanDeps,
  signal: AbortSignal,
): Promise<HostVersions> {
  const controlPlanes = nodes.filter(({ role }) => role === 'control-plane');
  const limit = pLimit(HOSTS_AT_ONCE);
  const answers = await Promise.allSettled(
    controlPlanes.map((node) => limit(() => surveyHost(hostOf(node), 'control-plane', signal))),
  );
  signal.throwIfAborted();
  const facts = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  return {
    newest: newestVersion(facts),
    unfinished: facts.map(({ unfinished }) => unfinished?.backupId).find((id) => id !== undefined),
  };
}
