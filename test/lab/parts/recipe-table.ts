import type { PartName, Recipe } from './recipes.ts';
import { releases } from './releases.ts';

const kubernetesPrograms = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubeadm',
  'kubectl',
] as const;

/** How every part is built, by version. */
export const recipeTable: Readonly<Record<PartName, (version: string) => Recipe>> = {
  kubernetes: (version) => ({
    kind: 'release',
    kubernetes: version,
    binaries: [{ name: 'kubernetes', package: './kubernetes', links: kubernetesPrograms }],
    sources: ['dispatch', 'kubernetes'],
    variables: kubernetesVersion(version),
    seconds: 380,
    gigabytes: 4,
  }),
  'kube-apiserver': (version) => ({
    kind: 'release',
    kubernetes: version,
    binaries: [{ name: 'kube-apiserver', package: './kube-apiserver', links: ['kubectl'] }],
    sources: ['dispatch', 'kube-apiserver'],
    variables: kubernetesVersion(version),
    seconds: 240,
    gigabytes: 3,
  }),
  'kubeadm-oracle': (version) => ({
    kind: 'release',
    kubernetes: version,
    binaries: [{ name: 'kubeadm-oracle', package: './kubeadm-oracle' }],
    sources: ['dispatch', 'kubeadm-oracle'],
    variables: kubernetesVersion(version),
    seconds: 60,
    gigabytes: 0.5,
  }),
  etcd: (version) => ({
    kind: 'release',
    kubernetes: releaseWith('etcd', version),
    binaries: [
      { name: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
      { name: 'etcdctl', package: 'go.etcd.io/etcd/etcdctl/v3' },
      { name: 'etcdutl', package: 'go.etcd.io/etcd/etcdutl/v3' },
    ],
    sources: [],
    seconds: 45,
    gigabytes: 0.3,
  }),
  coredns: (version) => ({
    kind: 'release',
    kubernetes: releaseWith('coredns', version),
    binaries: [{ name: 'coredns', package: './coredns' }],
    sources: ['coredns'],
    seconds: 25,
    gigabytes: 0.3,
  }),
  containerd: (version) => ({
    kind: 'module',
    // Its own choice of these is older; with these it compiles what Kubernetes 1.36 compiles anyway.
    modules: [
      `github.com/containerd/containerd/v2@v${version}`,
      ...['api', 'apimachinery', 'client-go'].map((name) => `k8s.io/${name}@v0.36.3`),
    ],
    binaries: ['containerd', 'ctr', 'containerd-shim-runc-v2'].map((name) => ({
      name,
      package: `github.com/containerd/containerd/v2/cmd/${name}`,
    })),
    sources: [],
    tags: ['no_btrfs', 'no_devmapper', 'no_zfs', 'no_tracing', 'no_rdt'],
    variables: { 'github.com/containerd/containerd/v2/version.Version': `v${version}` },
    seconds: 70,
    gigabytes: 0.8,
  }),
  crane: (version) => ({
    kind: 'module',
    modules: [`github.com/google/go-containerregistry@v${version}`],
    binaries: [{ name: 'crane', package: 'github.com/google/go-containerregistry/cmd/crane' }],
    sources: [],
    seconds: 20,
    gigabytes: 0.2,
  }),
  versitygw: (version) => ({
    kind: 'module',
    modules: [`github.com/versity/versitygw@v${version}`],
    binaries: [{ name: 'versitygw', package: './versitygw' }],
    sources: ['versitygw'],
    seconds: 50,
    gigabytes: 0.5,
  }),
  pause: (version) => ({
    kind: 'module',
    modules: [],
    binaries: [{ name: 'pause', package: './pause' }],
    sources: ['pause'],
    variables: { 'main.version': version },
    seconds: 3,
    gigabytes: 0.1,
  }),
  web: () => ({
    kind: 'module',
    modules: [],
    binaries: [{ name: 'web', package: './web' }],
    sources: ['web'],
    seconds: 5,
    gigabytes: 0.1,
  }),
  registry: () => ({
    kind: 'module',
    modules: [],
    binaries: [{ name: 'registry', package: './registry' }],
    sources: ['registry'],
    seconds: 5,
    gigabytes: 0.1,
  }),
  actionlint: (version) => ({
    kind: 'module',
    modules: [`github.com/rhysd/actionlint@v${version}`],
    binaries: [{ name: 'actionlint', package: 'github.com/rhysd/actionlint/cmd/actionlint' }],
    sources: [],
    seconds: 15,
    gigabytes: 0.1,
  }),
  age: (version) => ({
    kind: 'module',
    modules: [`filippo.io/age@v${version}`],
    binaries: ['age', 'age-keygen'].map((name) => ({ name, package: `filippo.io/age/cmd/${name}` })),
    sources: [],
    variables: { 'main.Version': `v${version}` },
    seconds: 10,
    gigabytes: 0.1,
  }),
  act: (version) => ({
    kind: 'module',
    modules: [`github.com/nektos/act@v${version}`],
    binaries: [{ name: 'act', package: 'github.com/nektos/act' }],
    sources: [],
    variables: { 'main.version': version },
    seconds: 50,
    gigabytes: 0.5,
  }),
  velero: (version) => ({
    kind: 'module',
    modules: [`github.com/vmware-tanzu/velero@v${version}`],
    // The first is Velero's own; the module proxy has no 0.33.12 of the second, which Velero asks for.
    ownVersions: {
      'github.com/kopia/kopia': 'github.com/project-velero/kopia@v0.0.0-20251230033609-d946b1e75197',
      'k8s.io/cli-runtime': 'k8s.io/cli-runtime@v0.33.13',
    },
    binaries: [{ name: 'velero', package: 'github.com/vmware-tanzu/velero/cmd/velero' }],
    sources: [],
    variables: { 'github.com/vmware-tanzu/velero/pkg/buildinfo.Version': `v${version}` },
    seconds: 200,
    gigabytes: 2,
  }),
  'velero-plugin-for-aws': (version) => ({
    kind: 'module',
    modules: [`github.com/vmware-tanzu/velero-plugin-for-aws@v${version}`],
    ownVersions: { 'k8s.io/cli-runtime': 'k8s.io/cli-runtime@v0.33.13' },
    binaries: [
      {
        name: 'velero-plugin-for-aws',
        package: 'github.com/vmware-tanzu/velero-plugin-for-aws/velero-plugin-for-aws',
      },
    ],
    sources: [],
    seconds: 60,
    gigabytes: 0.5,
  }),
};

function kubernetesVersion(version: string): Readonly<Record<string, string>> {
  const [major = '', minor = ''] = version.split('.');
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: '0'.repeat(40),
    buildDate: '2026-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return Object.fromEntries(
    packages.flatMap((path) => Object.entries(values).map(([name, value]) => [`${path}.${name}`, value])),
  );
}

function releaseWith(part: 'etcd' | 'coredns', version: string): string {
  const release = releases.find((candidate) => candidate[part] === version);
  if (release) return release.kubernetes;
  const known = releases.map((candidate) => candidate[part]).join(', ');
  throw new Error(`the lab knows ${part} ${known}, not ${version}: see releases.ts`);
}
