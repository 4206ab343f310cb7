import pLimit from 'p-limit';
import { openPart } from '../../../backup/unseal.ts';
import { KubestairError } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Host } from '../../../ports/host.ts';
import { readHostBackup } from '../../../restore/etcd/host-backup.ts';
import type { RestoreHost, RestorePlan, RestoreStep } from '../../../restore/etcd/plan.ts';
import type { Restorer } from '../../../restore/etcd/restorer.ts';
import { patiently } from '../../../rollout/patience.ts';
import type { StepContext } from '../../provider.ts';
import { CUT_OFF, runJob } from '../job.ts';
import { observeMembers } from '../observe-etcd.ts';
import { raiseFence } from '../unit.ts';
import { unitName } from '../unit-script.ts';
import { planRestore, type RestorePlanDeps } from './plan.ts';
import { mixedHosts } from './rollback/checks.ts';
import { lookAtVersions } from './rollback/versions.ts';

const HOSTS_AT_ONCE = 8;
/** How long a host may be away while something is brought to it, in seconds. */
const PATIENCE_SECONDS = 300;

export interface RestorerDeps extends RestorePlanDeps {
  readonly clock: Clock;
}

/** Restores etcd of clusters that kubeadm made: stacked, or external as systemd units. */
export function openRestorer(deps: RestorerDeps): Restorer {
  const { hostOf, routesFrom, clock } = deps;
  const placed = (
    name: string,
    { hosts }: RestorePlan,
  ): { readonly at: RestoreHost; readonly host: Host } => {
    const at = hosts.find((host) => host.name === name);
    if (at === undefined) throw new KubestairError('INTERNAL', `the restore knows no host ${name}`);
    return { at, host: hostOf(at) };
  };

  return {
    plan: (request, signal) => planRestore(request, deps, signal),

    async mixed({ cluster, hosts }, source, signal) {
      const backups = await Promise.all(hosts.map((part) => readHostBackup(part, source, signal)));
      return mixedHosts(cluster.version, backups);
    },

    versions: (nodes, signal) => lookAtVersions(nodes, deps, signal),

    async isDone({ node, doneIf }, plan, signal) {
      if (node === undefined || doneIf === undefined) return false;
      const { host } = placed(node, plan);
      const look = () => host.run(doneIf, { sudo: true, signal, timeoutSeconds: 300, allowFailure: true });
      const { exitCode } = await patiently(look, { clock, signal, seconds: PATIENCE_SECONDS });
      return exitCode === 0;
    },

    async run(step, plan, source, context) {
      const { feed, node, nodes = [], script } = step;
      if (script === undefined) throw new KubestairError('INTERNAL', `the step ${step.id} has no script`);
      if (feed !== undefined && node !== undefined) {
        const { host } = placed(node, plan);
        const { signal } = context;
        const send = () => host.send(script, openPart(feed, source, signal), { sudo: true, signal });
        await patiently(send, { clock, signal, seconds: PATIENCE_SECONDS });
        return [];
      }
      const unit = {
        name: unitName(plan.backupUid, step.id),
        title: step.does,
        script: `${plan.functions}\n${script}`,
      };
      const results = await pLimit(HOSTS_AT_ONCE).map(node === undefined ? nodes : [node], async (name) => {
        const { at, host } = placed(name, plan);
        return await orWithoutWorker(at, step, context, async () => {
          // A unit is followed with more patience than a worker that is away deserves here.
          if (at.role === 'worker') await host.run('true', { signal: context.signal, timeoutSeconds: 30 });
          const { lines } = await runJob(host, unit, [CUT_OFF], clock, context).catch((thrown: unknown) => {
            throw step.kind === 'stage' ? notStaged(thrown) : thrown;
          });
          for (const line of lines.filter((text) => text.startsWith('note: ')))
            context.note(`${name}: ${line.slice('note: '.length)}`);
        });
      });
      return results.flatMap((absent) => absent ?? []);
    },

    async etcdProblems({ hosts, kept }, signal) {
      const controlPlanes = hosts.filter(({ role }) => role === 'control-plane').map(hostOf);
      const etcd = await observeMembers(await routesFrom(controlPlanes, signal), signal);
      if (!etcd.known) return [etcd.reason];
      const { members, alarms } = etcd.value;
      return [
        ...(members.length === kept.length ? [] : [`etcd has ${members.length} of ${kept.length} members`]),
        ...members.filter(({ healthy }) => !healthy).map(({ name }) => `member ${name} does not answer`),
        ...(members.some(({ leader }) => leader) ? [] : ['no member leads']),
        ...alarms,
      ];
    },

    fence: (host, epoch, signal) => raiseFence(hostOf(host), epoch, signal),
  };
}

/** A worker that cannot be reached must not keep the cluster from coming back. @returns its name then */
async function orWithoutWorker(
  { name, role }: RestoreHost,
  { kind }: RestoreStep,
  { note, signal }: StepContext,
  work: () => Promise<unknown>,
): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    const optional = role === 'worker' && kind === 'restart-kubelets';
    if (!optional || !(thrown instanceof KubestairError)) throw thrown;
    note(`the kubelet of ${name} could not be restarted, do so by hand: ${thrown.message}`);
    return name;
  }
}

/** Nothing was stopped yet when packages and images are brought to a host. */
function notStaged(thrown: unknown): unknown {
  if (!(thrown instanceof KubestairError) || thrown.code !== 'STEP_FAILED') return thrown;
  return new KubestairError('ROLLBACK_STAGE', `${thrown.message}\nNothing was stopped.`, {
    ...(thrown.object !== undefined && { object: thrown.object }),
    ...(thrown.next !== undefined && { next: thrown.next }),
    cause: thrown,
  });
}
