import { go } from '../../test/lab/parts/go.ts';
import { releases } from '../../test/lab/parts/releases.ts';

/** The sources of one Kubernetes release, as Go's module cache has them. */
export interface ReleaseSources {
  /** `1.36.3`. */
  readonly version: string;
  /** `1.36`. */
  readonly minor: string;
  /** Version of the etcd that kubeadm brings with it, for example `3.6.8`. */
  readonly etcdVersion: string;
  /** Directories of modules. */
  readonly kubernetes: string;
  readonly api: string;
  readonly apiserver: string;
  readonly extensions: string;
  readonly aggregator: string;
  readonly componentBase: string;
  readonly cloudProvider: string;
  readonly kubelet: string;
  readonly kubeProxy: string;
  readonly etcd: string;
}

/** The sources of every release that the lab has, downloaded where the module cache has them not; oldest first. */
export async function readReleases(signal?: AbortSignal): Promise<readonly ReleaseSources[]> {
  const found: ReleaseSources[] = [];
  for (const { kubernetes, etcd } of releases) {
    const staged = (name: string) => `k8s.io/${name}@v0.${kubernetes.slice('1.'.length)}`;
    const modules = {
      kubernetes: `k8s.io/kubernetes@v${kubernetes}`,
      api: staged('api'),
      apiserver: staged('apiserver'),
      extensions: staged('apiextensions-apiserver'),
      aggregator: staged('kube-aggregator'),
      componentBase: staged('component-base'),
      cloudProvider: staged('cloud-provider'),
      kubelet: staged('kubelet'),
      kubeProxy: staged('kube-proxy'),
      etcd: `go.etcd.io/etcd/server/v3@v${etcd}`,
    };
    const directories = await download(Object.values(modules), signal);
    const at = (name: keyof typeof modules): string => {
      const directory = directories.get(modules[name]);
      if (directory === undefined) throw new Error(`go mod download did not answer for ${modules[name]}`);
      return directory;
    };
    found.push({
      version: kubernetes,
      minor: kubernetes.split('.').slice(0, 2).join('.'),
      etcdVersion: etcd,
      kubernetes: at('kubernetes'),
      api: at('api'),
      apiserver: at('apiserver'),
      extensions: at('extensions'),
      aggregator: at('aggregator'),
      componentBase: at('componentBase'),
      cloudProvider: at('cloudProvider'),
      kubelet: at('kubelet'),
      kubeProxy: at('kubeProxy'),
      etcd: at('etcd'),
    });
  }
  return found;
}

/** Directories by `path@version`. */
async function download(
  modules: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  // Outside of any module, so that no go.mod is asked for.
  const answer = await go(['mod', 'download', '-json', ...modules], {
    cwd: '/',
    env: { GOFLAGS: '' },
    signal,
  });
  const directories = new Map<string, string>();
  for (const text of answer.split(/(?<=^\})\n/m).filter((part) => part.trim() !== '')) {
    const { Path, Version, Dir } = JSON.parse(text) as Record<'Path' | 'Version' | 'Dir', string>;
    directories.set(`${Path}@${Version}`, Dir);
  }
  return directories;
}
