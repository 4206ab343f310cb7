import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { copyBinaries, copyTree, inRoot, writeHostFiles } from './base.ts';
import { inCgroup } from './cgroup.ts';
import { clearCgroup } from './cgroup-processes.ts';
import { thaw } from './freezer.ts';
import { hostFiles } from './host-files.ts';
import { type LabPaths, labPaths } from './paths.ts';
import { livePid, startDetached, stopDetached } from './processes.ts';
import { hostKeyPath, tryLogin } from './ssh.ts';

import type { LabHost, LabState } from './state.ts';
import { bridgeName, machineName } from './topology.ts';
import { HopelessError, waitFor } from './wait.ts';

/** Where a host's root lies on this machine. */
export function hostRoot(paths: LabPaths, host: string): string {
  return path.join(paths.volume, 'live', host);
}

/** Makes a host's root from the base, with its own name, addresses and ssh host key. @param etcd directory of etcd's programs */
export async function ensureHost(state: LabState, host: LabHost, base: string, etcd: string): Promise<void> {
  const paths = labPaths(state.name);
  const finished = hostRoot(paths, host.name);
  if (existsSync(finished)) return;
  const draft = `${finished}.draft`;
  await mkdir(path.dirname(finished), { recursive: true });
  await rm(draft, { recursive: true, force: true });
  await copyTree(state.name, base, draft);
  await writeHostFiles(draft, hostFiles(state, host));
  const key = path.join(draft, 'etc/ssh/ssh_host_ed25519_key');
  await copyFile(hostKeyPath(paths, host), key);
  await copyFile(`${hostKeyPath(paths, host)}.pub`, `${key}.pub`);
  if (host.role === 'balancer' || host.role === 'etcd')
    await inRoot(state.name, draft, ['systemctl', 'disable', '--quiet', 'containerd', 'kubelet']);
  if (host.role === 'etcd') {
    await copyBinaries(etcd, path.join(draft, 'usr/local/bin'));
    await inRoot(state.name, draft, ['useradd', '--system', '--home-dir', '/var/lib/etcd', 'etcd']);
  }
  if (host.role === 'balancer')
    await inRoot(state.name, draft, ['systemctl', 'enable', '--quiet', 'haproxy']);
  await rename(draft, finished);
}

/** Switches a host on, unless it is on. */
export async function startHost(state: LabState, host: LabHost): Promise<void> {
  const paths = labPaths(state.name);
  if (await isHostOn(paths, host.name)) {
    // An interrupted snapshot leaves hosts standing still.
    await thaw(state.name, host.name);
    return;
  }
  const program = path.join(import.meta.dirname, 'supervise.ts');
  const supervisor = [process.execPath, program, state.name, String(state.slot), host.name];
  await startDetached({
    command: [
      ...(await inCgroup(state.name, `boot${host.name}`)),
      ...supervisor,
      ...nspawn(state, host, hostRoot(paths, host.name)),
    ],
    // The kubelet and kube-proxy write kernel settings, as they do on a machine of their own.
    env: { SYSTEMD_NSPAWN_API_VFS_WRITABLE: '1' },
    pidFile: supervisorPidFile(paths, host.name),
    logFile: logFile(paths, host.name),
  });
}

/** Whether a host is switched on. It may still be booting. */
export async function isHostOn(paths: LabPaths, host: string): Promise<boolean> {
  return (await livePid(supervisorPidFile(paths, host))) !== undefined;
}

/** Waits until a host can be logged in to. */
export async function waitForLogin(state: LabState, host: LabHost, signal?: AbortSignal): Promise<void> {
  const paths = labPaths(state.name);
  const ask = async (): Promise<true> => {
    if (await isHostOn(paths, host.name)) return tryLogin(state, host, signal);
    throw new HopelessError(`${host.name} did not boot; see ${logFile(paths, host.name)}`);
  };
  await waitFor(`the login to ${host.name}`, ask, { timeoutMs: 90_000, everyMs: 300, signal });
}

/** Pulls a host's plug. Safe to repeat. */
export async function killHost(lab: string, host: string): Promise<void> {
  await stopDetached(supervisorPidFile(labPaths(lab), host), 0);
  await clearCgroup(lab, host);
}

function supervisorPidFile(paths: LabPaths, host: string): string {
  return path.join(paths.services, `${host}.pid`);
}

function logFile(paths: LabPaths, host: string): string {
  return path.join(paths.services, `${host}.log`);
}

function nspawn(state: LabState, host: LabHost, root: string): readonly string[] {
  return [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    '--register=no',
    '--keep-unit',
    `--directory=${root}`,
    `--machine=${machineName(state.slot, host.name)}`,
    `--hostname=${host.name}`,
    `--network-bridge=${bridgeName(state.slot)}`,
    '--capability=all',
    '--system-call-filter=@raw-io @mount @privileged @module bpf keyctl add_key perf_event_open',
    '--bind=/dev/kmsg',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=read-only',
  ];
}
