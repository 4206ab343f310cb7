import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Host } from '../ports/host.ts';
import { type KubeconfigOptions, loadKubeconfig } from './kubeconfig.ts';
import { openPodHost } from './pod-host.ts';
import { type HostPods, sweepPods } from './pod-life.ts';
import type { Hosts } from './ssh.ts';

/** As long as kube-auth.ts trusts what it loaded. */
const FRESH_MILLISECONDS = 60_000;

export interface PodHostsInput extends HostPods {
  readonly kubeconfig: KubeconfigOptions;
}

/** Hosts of nodes through privileged pods on them, for clusters whose hosts nobody reaches over SSH. */
export function openPodHosts({ kubeconfig, ...pods }: PodHostsInput): Hosts {
  let directory: Promise<string> | undefined;
  const ready = () => {
    directory ??= mkdtemp(path.join(tmpdir(), 'kubestair-'));
    return directory;
  };
  let loaded: { readonly until: number; readonly config: Promise<KubeConfig> } | undefined;
  const config = () => {
    if (loaded === undefined || loaded.until < performance.now())
      loaded = { until: performance.now() + FRESH_MILLISECONDS, config: loadKubeconfig(kubeconfig) };
    return loaded.config;
  };
  let swept: Promise<unknown> | undefined;
  const beforeFirst = async () => {
    // What cannot be cleared away now is by a later run.
    swept ??= sweepPods(pods, 'ended', undefined).catch(() => {});
    await swept;
  };
  const hosts = new Map<string, Host>();
  return {
    hostOf({ name }) {
      const known = hosts.get(name);
      if (known !== undefined) return known;
      const host = openPodHost({ name, index: hosts.size, pods, config, ready, beforeFirst });
      hosts.set(name, host);
      return host;
    },
    async removeLeftovers(signal) {
      return sweepPods(pods, 'all', signal);
    },
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.close()));
      if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
      directory = undefined;
    },
  };
}
