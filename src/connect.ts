import { pathToFileURL } from 'node:url';
import { openCommands } from './adapters/commands.ts';
import { openEtcd } from './adapters/etcd.ts';
import { openEtcdKeys } from './adapters/etcd-keys.ts';
import { forgeHistory } from './adapters/forge-history.ts';
import { openGit } from './adapters/git.ts';
import { openIndexSpool } from './adapters/index-spool.ts';
import { openKube } from './adapters/kube.ts';
import { type LocalScratchOptions, openLocalScratch } from './adapters/local-scratch.ts';
import { openMetrics } from './adapters/metrics.ts';
import { openPodHosts } from './adapters/pods.ts';
import { openScratchKube } from './adapters/scratch-kube.ts';
import { type Hosts, openHosts } from './adapters/ssh.ts';
import { openStore } from './adapters/store.ts';
import { openWeb } from './adapters/web.ts';
import type { ClusterConfig } from './config/schema.ts';
import type { Commands } from './ports/commands.ts';
import type { History } from './ports/history.ts';
import type { Kube } from './ports/kube.ts';
import type { ScratchMachine } from './ports/scratch-machine.ts';
import type { Store } from './ports/store.ts';
import type { Web } from './ports/web.ts';
import type { IndexSpool } from './proof/object-index.ts';
import type { ScratchClients } from './proof/scratch.ts';
import { openKubeadm } from './providers/kubeadm/provider.ts';
import type { Provider } from './providers/provider.ts';
import type { RunIo } from './request/io.ts';
import type { AccessOverrides } from './request/request.ts';

/** Everything that a command talks to. Nothing connects before it is used. */
export interface Connections extends AsyncDisposable {
  readonly kube: Kube;
  readonly store: Store;
  readonly provider: Provider;
  /** Removes pods that runs left by which they reached hosts. @returns how many there were */
  readonly removeLeftovers: (signal: AbortSignal) => Promise<number>;
  /** What the cluster file's own gates and hooks run with. */
  readonly commands: Commands;
  readonly web: Web;
  /** kubeconfig that was named, if one was. */
  readonly kubeconfig?: string;
  readonly proving: Proving;
}

/** What proofs of a backup are made with on this machine. */
export interface Proving {
  readonly clients: ScratchClients;
  readonly openLocalMachine: (options: LocalScratchOptions) => Promise<ScratchMachine>;
  readonly openIndexSpool: (tempDir: string) => Promise<IndexSpool>;
}

/**
 * Chooses the adapters that the cluster file asks for; the only place that knows them all.
 * @throws KubestairError KUBE_CONFIG, STORE_REFUSED
 */
export async function connect(
  config: ClusterConfig,
  access: AccessOverrides,
  io: RunIo,
): Promise<Connections> {
  const kubeconfig = access.kubeconfigFile ?? config.access.kubeconfig;
  const kube = await openKube(
    { kubeconfig, context: config.access.context, env: io.env, userAgent: io.tool },
    io.log,
  );
  const store = connectStore(config, io);
  const hosts = connectHosts(config, access, kube, kubeconfig, io);
  const provider = openKubeadm({
    kube,
    hostOf: hosts.hostOf,
    openEtcd,
    openMetrics,
    clock: io.clock,
    config,
  });
  return {
    kube,
    store,
    provider,
    removeLeftovers: (signal) => hosts.removeLeftovers?.(signal) ?? Promise.resolve(0),
    commands: openCommands({ cwd: io.cwd, env: io.env }),
    web: openWeb(),
    ...(kubeconfig !== undefined && { kubeconfig }),
    proving: openProving(io),
    [Symbol.asyncDispose]: async () => {
      await provider.close();
      await hosts.close();
    },
  };
}

function connectHosts(
  { access: { hosts, ssh, context } }: ClusterConfig,
  { sshIdentityFile, sshKnownHostsFile }: AccessOverrides,
  kube: Kube,
  kubeconfig: string | undefined,
  { env, random }: RunIo,
): Hosts {
  if (hosts?.transport === 'pod') {
    return openPodHosts({
      kube,
      kubeconfig: { kubeconfig, context, env },
      namespace: hosts.namespace,
      image: hosts.image,
      random: () => Buffer.from(random(3)).toString('hex'),
    });
  }
  return openHosts({
    ...ssh,
    ...(sshIdentityFile !== undefined && { identityFile: sshIdentityFile }),
    ...(sshKnownHostsFile !== undefined && { knownHostsFile: sshKnownHostsFile }),
  });
}

/** The store alone, for what needs no cluster. @throws KubestairError CONFIG_INVALID */
export function connectStore({ backup }: ClusterConfig, { random, env }: RunIo): Store {
  return openStore(backup, { random, env });
}

/** A folder of this machine, filled as a store is: files appear whole, for their owner alone. @param path absolute */
export function connectFolder(path: string, { random, env }: RunIo): Store {
  return openStore({ store: pathToFileURL(path).href, pathStyle: false }, { random, env });
}

function openProving({ log, tool }: RunIo): Proving {
  return {
    clients: {
      openKeys: (path) => openEtcdKeys({ kind: 'socket', path, serverName: 'localhost', port: 2379 }),
      openKube: (options) => openScratchKube({ ...options, userAgent: tool }, log),
    },
    openLocalMachine: openLocalScratch,
    openIndexSpool,
  };
}

/** What the files were before: as the pull request of the run says, or as git does. */
export function openHistory({ cwd, pullRequest }: Pick<RunIo, 'cwd' | 'pullRequest'>): History {
  const git = openGit(cwd);
  if (pullRequest === undefined) return git;
  const { forge, number, base } = pullRequest;
  return forgeHistory({ forge, pullRequest: number, base, otherwise: git });
}
