import { get } from '../../../cluster/api.ts';
import type { NodeObject } from '../../../cluster/objects.ts';
import type { SystemConfig } from '../../../config/schema.ts';
import { KubestairError } from '../../../errors.ts';
import { isRebootDue } from '../../../maintenance/due.ts';
import type { MaintenanceFacts } from '../../../maintenance/facts.ts';
import type { MaintenanceKind, Step } from '../../../plan/plan.ts';
import type { HostKind, HostStep } from '../../../plan/step-kinds.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Host } from '../../../ports/host.ts';
import type { Kube } from '../../../ports/kube.ts';
import { isTransient, patiently } from '../../../rollout/patience.ts';
import type { StepContext } from '../../provider.ts';
import { CUT_OFF, runJob } from '../job.ts';
import { runFenced } from '../unit.ts';
import { fenceScript, unitName } from '../unit-script.ts';
import { lookAtHost } from './look.ts';
import { BOOT_ID, closeScript, prepareScript, rebootScript, systemScript } from './scripts.ts';

export type MaintenanceStep = HostStep<MaintenanceKind & HostKind>;

export interface MaintenanceWork {
  readonly step: MaintenanceStep;
  readonly host: Host;
  readonly kube: Kube;
  readonly clusterUid: string;
  readonly config: SystemConfig;
  /** How long a host may take to come back, in seconds. */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
}

const POLL_MILLISECONDS = 2000;

/** Whether the host shows that a step of a maintenance is done: its record, and the boot that it is in. */
export async function isMaintenanceDone(
  { step, host, config }: Pick<MaintenanceWork, 'step' | 'host' | 'config'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const { kind } = step;
  if (kind === 'prepare') return false;
  const { id, facts } = await recordOn(step, host, signal);
  const record = facts.record?.id === id ? facts.record : undefined;
  switch (kind) {
    case 'system':
      return record?.systemDone === true;
    case 'reboot':
      return record !== undefined && !isRebootDue({ ...facts, record }, config);
    case 'close':
      return record?.closed === true;
  }
}

/** Does one step on its host. @throws KubestairError STEP_FAILED, GATE_TIMEOUT, LOCK_LOST, HOST_* */
export async function runMaintenance(work: MaintenanceWork, context: StepContext): Promise<void> {
  const { step, host, clusterUid, config, clock } = work;
  const id = idOf(step);
  const unit = (script: string) => ({ name: unitName(clusterUid, step.id), title: step.does, script });
  switch (step.kind) {
    case 'prepare':
      await runJob(host, unit(prepareScript(id, config)), [CUT_OFF], clock, context);
      return;
    case 'system':
      await runJob(host, unit(systemScript(id, config)), [CUT_OFF], clock, context);
      return;
    case 'reboot':
      return await restart(work, id, context);
    case 'close':
      await host.run(closeScript(id), { sudo: true, signal: context.signal, timeoutSeconds: 60 });
      return;
  }
}

/** Restarts the host and waits until both it and its kubelet report another boot: what the API said before is of the old one. */
async function restart(work: MaintenanceWork, id: string, context: StepContext): Promise<void> {
  const { step, host, kube, clock, timeoutSeconds } = work;
  const { facts } = await recordOn(step, host, context.signal);
  const before = facts.record?.bootBefore ?? facts.bootId;
  const patience = { clock, signal: context.signal, seconds: timeoutSeconds };
  const script = `${fenceScript(context.epoch)}\n${rebootScript(id)}`;
  await patiently(
    () => runFenced(host, script, context.epoch, 'could not be restarted', context.signal),
    patience,
  );
  context.say(`${host.name} restarts`);
  const end = clock.now().getTime() + timeoutSeconds * 1000;
  const began = clock.now().getTime();
  for (;;) {
    const now = await bootOf(host, context.signal);
    if (now !== undefined && now !== before && (await kubeletBoot(kube, step.node, context.signal)) === now)
      break;
    if (clock.now().getTime() >= end)
      throw notBack(host, now !== undefined && now !== before, timeoutSeconds);
    await clock.sleep(POLL_MILLISECONDS, context.signal);
  }
  context.note(
    `${host.name} was back ${Math.round((clock.now().getTime() - began) / 1000)} s after its restart began`,
  );
}

async function bootOf(host: Host, signal: AbortSignal): Promise<string | undefined> {
  const look = async () => (await host.run(BOOT_ID, { signal, timeoutSeconds: 15 })).stdout.trim();
  return await orAway(look, signal);
}

async function kubeletBoot(kube: Kube, node: string, signal: AbortSignal): Promise<string | undefined> {
  const path = `/api/v1/nodes/${encodeURIComponent(node)}`;
  const look = async () =>
    (await get<NodeObject>(kube, path, { signal, retries: 0 })).status?.nodeInfo?.bootID;
  return await orAway(look, signal);
}

/** A host in the middle of its restart may refuse, reset or time out, and answer as a system that goes down. */
async function orAway<T>(look: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await look();
  } catch (thrown) {
    signal.throwIfAborted();
    const down = thrown instanceof KubestairError && thrown.code === 'HOST_COMMAND';
    if (!down && !isTransient(thrown)) throw thrown;
    return undefined;
  }
}

function notBack(host: Host, booted: boolean, seconds: number): KubestairError {
  const what = booted
    ? `${host.name} is up again, but its kubelet has not reported the new boot`
    : `${host.name} did not come back from its restart`;
  return new KubestairError('GATE_TIMEOUT', `${what} after ${seconds} s`, {
    object: `Node/${host.name}`,
    next: booted
      ? `Look at journalctl -u kubelet on ${host.name}, then run the same command again: it goes on from here and restarts nothing twice.`
      : `Look at the console of ${host.name}. Once it is up, run the same command again: it goes on from here and restarts nothing twice.`,
  });
}

async function recordOn(
  step: MaintenanceStep,
  host: Host,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly facts: MaintenanceFacts }> {
  const found = await lookAtHost(host, { packages: 'none' }, signal);
  if (found.known) return { id: idOf(step), facts: found.value };
  throw new KubestairError(found.code ?? 'HOST_COMMAND', found.reason, {
    object: `Node/${host.name}`,
    ...(found.next !== undefined && { next: found.next }),
  });
}

function idOf({ id, maintenance }: Step): string {
  if (maintenance === undefined) throw new Error(`step ${id} names no maintenance`);
  return maintenance;
}
