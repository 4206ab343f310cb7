import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { copyTree } from './base.ts';
import { inCgroup } from './cgroup.ts';
import { LabError } from './errors.ts';
import { freeze, thaw } from './freezer.ts';
import { killHost } from './host.ts';
import { withLock } from './parts/lock.ts';
import type { Progress } from './parts/progress.ts';
import { labPaths } from './paths.ts';
import { bootCluster } from './power.ts';
import { startDetached } from './processes.ts';
import { stagesFor } from './progress.ts';
import { type LabState, requireState } from './state.ts';

/**
 * Keeps a copy of all hosts as they are, in place of the copy before it.
 * The hosts stand still while they are copied, all at one moment, and then go on: for them it is a pause
 * of seconds, and a copy is what a power cut would have left, which etcd and the runtime are made to survive.
 */
export async function snapshot(name: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  await withLock(labPaths(name).dir, progress, signal, async () => {
    const state = await requireUp(name);
    const { volume } = labPaths(name);
    await stagesFor(progress)('hosts copied', async () => {
      await freezeWhile(state, () => copyHosts(state, 'live', 'snapshot.draft'));
      await replace(state, path.join(volume, 'snapshot'), path.join(volume, 'snapshot.draft'));
    });
  });
}

/** Puts all hosts back to the last snapshot, boots them and waits until the cluster has come to rest. */
export async function reset(name: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  await withLock(labPaths(name).dir, progress, signal, async () => {
    const state = await requireUp(name);
    const { volume } = labPaths(name);
    if (!hasSnapshot(name)) {
      throw new LabError(`lab ${name} has no snapshot; make one with: lab snapshot --name ${name}`);
    }
    const stage = stagesFor(progress);
    await stage('hosts put back', async () => {
      const kills = state.hosts.map((host) => killHost(name, host.name));
      await Promise.all([...kills, copyHosts(state, 'snapshot', 'live.draft')]);
      await replace(state, path.join(volume, 'live'), path.join(volume, 'live.draft'));
    });
    await bootCluster(state, stage, signal);
  });
}

function hasSnapshot(name: string): boolean {
  return existsSync(path.join(labPaths(name).volume, 'snapshot'));
}

async function requireUp(name: string): Promise<LabState> {
  const state = await requireState(name);
  if (state.ready && existsSync(path.join(labPaths(name).volume, 'base'))) return state;
  throw new LabError(`lab ${name} is not up; start it with: lab up --name ${name}`);
}

async function freezeWhile(state: LabState, work: () => Promise<void>): Promise<void> {
  try {
    await Promise.all(state.hosts.map((host) => freeze(state.name, host.name)));
    await work();
  } finally {
    await Promise.all(state.hosts.map((host) => thaw(state.name, host.name)));
  }
}

async function copyHosts(state: LabState, from: string, to: string): Promise<void> {
  const { volume } = labPaths(state.name);
  await discard(state, path.join(volume, to));
  await mkdir(path.join(volume, to));
  await Promise.all(
    state.hosts.map((host) =>
      copyTree(state.name, path.join(volume, from, host.name), path.join(volume, to, host.name)),
    ),
  );
}

// Two renames, which leave little time to crash in between; a reset puts right even that.
async function replace(state: LabState, directory: string, successor: string): Promise<void> {
  await discard(state, directory);
  await rename(successor, directory);
}

// Removing tens of thousands of files takes longer than copying them, so nobody waits for it.
async function discard(state: LabState, directory: string): Promise<void> {
  const paths = labPaths(state.name);
  if (existsSync(directory)) await rename(directory, path.join(paths.volume, `trash-${Date.now()}`));
  const trash = (await readdir(paths.volume)).filter((name) => name.startsWith('trash-'));
  if (trash.length === 0) return;
  const rm = ['rm', '-rf', ...trash.map((name) => path.join(paths.volume, name))];
  await startDetached({
    command: [...(await inCgroup(state.name, 'trash')), ...rm],
    pidFile: path.join(paths.services, 'trash.pid'),
    logFile: path.join(paths.services, 'trash.log'),
  });
}
