import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { copyTree } from './base.ts';
import { inCgroup } from './cgroup.ts';
import { LabError } from './errors.ts';
import { freeze, thaw } from './freezer.ts';
import { hostRoot, killHost } from './host.ts';
import type { Progress } from './parts/progress.ts';
import { type LabPaths, labPaths } from './paths.ts';
import { bootCluster } from './power.ts';
import { startDetached } from './processes.ts';
import { stagesFor } from './progress.ts';
import { type LabState, requireState } from './state.ts';

/**
 * Keeps a copy of all hosts as they are, in place of the copy before it.
 * The hosts stand still while they are copied, all at one moment, and then go on: for them it is a pause
 * of seconds, and a copy is what a power cut would have left, which etcd and the runtime are made to survive.
 */
export async function snapshot(name: string, progress: Progress): Promise<void> {
  const state = await requireUp(name);
  const paths = labPaths(name);
  const stage = stagesFor(progress);
  const draft = path.join(paths.volume, 'snapshot.draft');
  await discard(state, paths, [draft]);
  await mkdir(draft);
  await stage('hosts copied', async () => {
    try {
      await Promise.all(state.hosts.map((host) => freeze(name, host.name)));
      await copyHosts(
        state,
        (host) => hostRoot(paths, host),
        (host) => path.join(draft, host),
      );
    } finally {
      await Promise.all(state.hosts.map((host) => thaw(name, host.name)));
    }
  });
  await discard(state, paths, [snapshotOf(paths)]);
  await rename(draft, snapshotOf(paths));
}

/** Puts all hosts back to the last snapshot, boots them and waits until the cluster has come to rest. */
export async function reset(name: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const state = await requireUp(name);
  const paths = labPaths(name);
  const kept = snapshotOf(paths);
  if (!existsSync(kept))
    throw new LabError(`lab ${name} has no snapshot; make one with: lab snapshot --name ${name}`);
  const stage = stagesFor(progress);
  await stage('hosts put back', async () => {
    await Promise.all(state.hosts.map((host) => killHost(name, host.name)));
    await discard(state, paths, [path.join(paths.volume, 'live')]);
    await mkdir(path.join(paths.volume, 'live'));
    await copyHosts(
      state,
      (host) => path.join(kept, host),
      (host) => hostRoot(paths, host),
    );
  });
  await bootCluster(state, stage, signal);
}

async function requireUp(name: string): Promise<LabState> {
  const state = await requireState(name);
  const running = state.ready && existsSync(path.join(labPaths(name).volume, 'live'));
  if (running) return state;
  throw new LabError(`lab ${name} is not up; start it with: lab up --name ${name}`);
}

async function copyHosts(
  state: LabState,
  from: (host: string) => string,
  to: (host: string) => string,
): Promise<void> {
  await Promise.all(state.hosts.map((host) => copyTree(state.name, from(host.name), to(host.name))));
}

function snapshotOf(paths: LabPaths): string {
  return path.join(paths.volume, 'snapshot');
}

// Removing tens of thousands of files takes longer than copying them, so nobody waits for it.
async function discard(state: LabState, paths: LabPaths, directories: readonly string[]): Promise<void> {
  const bin = path.join(paths.volume, `trash-${Date.now()}`);
  await mkdir(bin);
  for (const directory of directories) {
    if (existsSync(directory)) await rename(directory, path.join(bin, path.basename(directory)));
  }
  const bins = (await readdir(paths.volume)).filter((name) => name.startsWith('trash-'));
  await startDetached({
    command: [
      ...(await inCgroup(state.name, 'trash')),
      'rm',
      '-rf',
      ...bins.map((name) => path.join(paths.volume, name)),
    ],
    pidFile: path.join(paths.services, 'trash.pid'),
    logFile: path.join(paths.services, 'trash.log'),
  });
}
