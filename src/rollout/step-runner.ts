import type { Observation } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { KubestairError } from '../errors.ts';
import { etcdProblems } from '../plan/checks/etcd.ts';
import type { Hop, Step } from '../plan/plan.ts';
import { isOnHost } from '../plan/step-kinds.ts';
import type { Clock } from '../ports/clock.ts';
import type { Kube } from '../ports/kube.ts';
import type { Provider } from '../providers/provider.ts';
import type { Debts } from './debts.ts';
import { isUncordoned, uncordonNode } from './drain/cordon.ts';
import { drainNode } from './drain/drain.ts';
import type { StepRunContext, StepRunner } from './engine.ts';
import { type GateDeps, waitFor, waitForNode, waitForWorkloads } from './gates.ts';
import { patiently } from './patience.ts';
import { dropTokens } from './replace/join-tokens.ts';
import { carryOver, isCarriedOver, isRemoved, removeNode } from './replace/replace.ts';
import type { UserDeps } from './user/context.ts';
import { passGate } from './user/gate.ts';
import { runHook } from './user/hook.ts';
import type { Baseline } from './workloads.ts';

export interface StepRunnerDeps {
  readonly kube: Kube;
  readonly provider: Provider;
  readonly config: ClusterConfig;
  readonly clock: Clock;
  readonly runId: string;
  /** Fencing token of the lock. */
  readonly epoch: number;
  /** What gates and hooks of the cluster file are carried out with; absent for plans without any. */
  readonly user?: Omit<UserDeps, 'kube' | 'clock' | 'runId'>;
  /** What is owed a follow-up; absent where nothing ever is. */
  readonly debts?: Debts;
  /** What was healthy before anything was changed. */
  readonly baseline: Baseline;
  /** The pod that this process runs in, if it runs in one. */
  readonly ownPod?: string;
  /** Looks at etcd, which has to be whole before and after each control plane; absent where nobody can. */
  readonly observeEtcd?: (signal: AbortSignal) => Promise<Observation['etcd']>;
  /** Takes and verifies another backup, for a further hop. */
  readonly backUp: (hop: Hop) => Promise<void>;
}

const PATIENCE_SECONDS = 300;

/** Carries out what is the same for every kind of cluster, and hands the rest to the provider. */
export function openStepRunner(deps: StepRunnerDeps): StepRunner {
  return {
    begin: async ({ opens }, signal) => {
      if (opens !== undefined) await deps.debts?.open(opens, signal);
    },
    isDone: (step, signal) => isDone(step, deps, signal),
    run: async (step, context) => {
      await runStep(step, deps, context);
      if (step.pays !== undefined) await deps.debts?.pay(step.pays, context.signal);
    },
  };
}

async function isDone(
  step: Step,
  { kube, provider, clock }: StepRunnerDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const patience = { clock, signal, seconds: PATIENCE_SECONDS };
  const { kind } = step;
  if (isOnHost(kind)) {
    const onHost = { ...step, kind, node: nodeOf(step) };
    return await patiently(() => provider.isDone(onHost, signal), patience);
  }
  switch (kind) {
    case 'carry-over':
      return await patiently(() => isCarriedOver(kube, nodeOf(step), counterpartOf(step), signal), patience);
    case 'remove':
      return await patiently(() => isRemoved(kube, nodeOf(step), counterpartOf(step), signal), patience);
    case 'uncordon':
      return await patiently(() => isUncordoned(kube, nodeOf(step), signal), patience);
    // These look at the world while they run, and a look is all they do when it is as it should be.
    case 'backup':
    case 'drain':
    case 'ready':
    case 'settle':
    case 'quorum':
    case 'gate':
      return false;
    // What a hook does shows nowhere that could be looked at: it is run again.
    case 'hook':
      return false;
  }
}

async function runStep(step: Step, deps: StepRunnerDeps, context: StepRunContext): Promise<void> {
  const { kube, provider, config, clock, runId, ownPod } = deps;
  const { signal } = context;
  const gate = { kube, clock, timeoutSeconds: config.gates.timeoutSeconds, signal, say: context.say };
  const { kind } = step;
  if (isOnHost(kind)) {
    if (kind === 'control-plane') await waitForEtcd(deps, gate);
    const onHost = { ...step, kind, node: nodeOf(step) };
    return await provider.run(onHost, { runId, epoch: deps.epoch, ...context });
  }
  switch (kind) {
    case 'backup':
      return await deps.backUp(step.hop);
    case 'drain': {
      const own = ownPod !== undefined && { ownPod };
      const drain = { kube, drain: config.drain, clock, runId, ...own, ...context };
      return await orQuarantine(step, runId, () => drainNode(nodeOf(step), drain));
    }
    case 'ready':
      return await waitForNode(nodeOf(step), step.hop.to, deps.baseline, gate);
    case 'uncordon': {
      const patience = { clock, signal, seconds: PATIENCE_SECONDS };
      await patiently(() => uncordonNode(kube, nodeOf(step), signal), patience);
      return;
    }
    case 'carry-over': {
      const { addresses } = config.access.ssh;
      const patience = { clock, signal, seconds: PATIENCE_SECONDS };
      // A run that was cut off in the middle of the join has left its token.
      await patiently(() => dropTokens(kube, nodeOf(step), signal), patience);
      const work = () => carryOver(kube, nodeOf(step), counterpartOf(step), addresses, signal);
      return await patiently(work, patience);
    }
    case 'remove': {
      const patience = { clock, signal, seconds: PATIENCE_SECONDS };
      return await patiently(() => removeNode(kube, nodeOf(step), counterpartOf(step), signal), patience);
    }
    case 'quorum':
      return await waitForEtcd(deps, gate);
    case 'gate':
      if (step.gate === undefined) throw new Error(`step ${step.id} names no gate`);
      return await passGate(step.gate, step, userDeps(step, deps), context);
    case 'hook':
      if (step.hook === undefined) throw new Error(`step ${step.id} names no hook`);
      return await runHook(step.hook, step, userDeps(step, deps), context);
    case 'settle': {
      const isWell = async () => {
        if (step.closes === 'control-plane' || step.closes === 'hop') await waitForEtcd(deps, gate);
        await waitForWorkloads(deps.baseline, gate);
      };
      await isWell();
      if (step.soakSeconds === undefined) return;
      await clock.sleep(step.soakSeconds * 1000, signal);
      return await isWell();
    }
  }
}

/** The next member of etcd goes only once all are back and one of them may be lost. */
async function waitForEtcd({ observeEtcd }: StepRunnerDeps, gate: GateDeps): Promise<void> {
  if (observeEtcd === undefined) return;
  await waitFor('etcd', async () => etcdProblems(await observeEtcd(gate.signal)), gate);
}

function userDeps(step: Step, { user, kube, clock, runId }: StepRunnerDeps): UserDeps {
  if (user === undefined) throw new Error(`nothing is there to carry out ${step.id} with`);
  return { ...user, kube, clock, runId };
}

/** @throws KubestairError NODE_QUARANTINED where the plan has the others go on without a node that is not drained */
async function orQuarantine(step: Step, runId: string, drain: () => Promise<void>): Promise<void> {
  try {
    await drain();
  } catch (thrown) {
    const blocked = thrown instanceof KubestairError && thrown.code === 'DRAIN_BLOCKED';
    if (!blocked || step.onTimeout !== 'quarantine') throw thrown;
    throw new KubestairError('NODE_QUARANTINED', thrown.message, {
      object: `Node/${nodeOf(step)}`,
      next: `It stays cordoned with the mark of run ${runId}. Make room in the budget or repair the workload that is named, then run the same command again: it takes the node up again.`,
      cause: thrown,
    });
  }
}

function counterpartOf({ id, counterpart }: Step): string {
  if (counterpart === undefined) throw new Error(`step ${id} names no counterpart`);
  return counterpart;
}

function nodeOf(step: Step): string {
  if (step.node === undefined) throw new Error(`step ${step.id} names no node`);
  return step.node;
}
