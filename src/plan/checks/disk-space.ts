import type { DiskFacts, HostFacts } from '../../cluster/host-facts.ts';
import type { NodeRole } from '../../cluster/observation.ts';
import { count, megabytes } from './amounts.ts';
import type { Check } from './check.ts';
import { type HostFinding, perHost } from './per-host.ts';

const MB = 1_000_000;

/** What one hop adds to a directory: packages and images as releases from 1.33 on have them, packed and unpacked, rounded up. */
const PER_HOP: Readonly<Record<NodeRole, Readonly<Record<string, number>>>> = {
  'control-plane': {
    '/var/cache/apt/archives': 120 * MB,
    '/var/cache/dnf': 120 * MB,
    '/usr': 150 * MB,
    '/var/lib/containerd': 900 * MB,
    '/var/lib/containers': 900 * MB,
    '/var/lib/docker': 900 * MB,
    '/var/lib/etcd': 150 * MB,
    '/etc/kubernetes': 10 * MB,
  },
  worker: {
    '/var/cache/apt/archives': 120 * MB,
    '/var/cache/dnf': 120 * MB,
    '/usr': 150 * MB,
    '/var/lib/containerd': 250 * MB,
    '/var/lib/containers': 250 * MB,
    '/var/lib/docker': 250 * MB,
  },
};

const FEW_INODES = 5000;

/** Every file system has room for what the hops bring, beyond what makes the kubelet evict pods. */
export const diskSpace: Check = {
  id: 'disk-space',
  about:
    'File systems of hosts have room for packages, images, etcd, and the copies of etcd that kubeadm makes.',
  severity: 'blocking',
  evidence:
    'Free space and inodes of those file systems, the size of etcd, and the eviction thresholds of the kubelet.',
  remedy:
    'Free space: `apt-get clean` or `dnf clean packages`, `crictl rmi --prune`, and old copies in /etc/kubernetes/tmp.',
  find: ({ observation, hops }) =>
    perHost(observation, (facts, { name, role }) => {
      const byMount = Map.groupBy(facts.disks, ({ mount }) => mount);
      return [...byMount].flatMap(([mount, disks]) =>
        judge(`Node/${name}: ${mount}`, disks, needOf(disks, facts, role, hops.length), facts),
      );
    }),
};

/** kubeadm copies the whole of etcd's directory to /etc/kubernetes/tmp, and leaves it there (kubernetes/kubernetes#125357). */
function needOf(
  disks: readonly DiskFacts[],
  { etcdDataBytes }: HostFacts,
  role: NodeRole,
  hops: number,
): number {
  return disks.reduce((sum, { path }) => {
    const copies = path === '/etc/kubernetes' ? etcdDataBytes : 0;
    return sum + hops * ((PER_HOP[role][path] ?? 0) + copies);
  }, 0);
}

function judge(
  object: string,
  disks: readonly DiskFacts[],
  need: number,
  facts: HostFacts,
): readonly HostFinding[] {
  const [disk] = disks;
  if (disk === undefined || need === 0) return [];
  const { freeBytes, sizeBytes, freeInodes } = disk;
  const remedy = `Free space on ${disk.mount}: it holds ${disks.map(({ path }) => path).join(', ')}.`;
  if (freeBytes < need) {
    const message = `has ${megabytes(freeBytes)} free, and the upgrade needs about ${megabytes(need)}`;
    return [{ severity: 'blocking', object, message, remedy }];
  }
  if (freeInodes < FEW_INODES) {
    const message = `has only ${count(freeInodes, 'inode')} free, and every file of a package or an image takes one`;
    return [{ severity: 'blocking', object, message, remedy }];
  }
  const threshold = evictionThreshold(disks, sizeBytes, facts);
  if (freeBytes - need >= threshold) return [];
  const left = megabytes(freeBytes - need);
  const message = `would have ${left} free once the upgrade has taken ${megabytes(need)}: below ${megabytes(threshold)} the kubelet evicts pods`;
  return [{ severity: 'warning', object, message, remedy }];
}

const IMAGES = ['/var/lib/containerd', '/var/lib/containers', '/var/lib/docker'];

/** Defaults of the kubelet: pkg/kubelet/apis/config/v1beta1/defaults_linux.go, DefaultEvictionHard. */
const DEFAULTS = { 'nodefs.available': '10%', 'imagefs.available': '15%' } as const;

function evictionThreshold(disks: readonly DiskFacts[], sizeBytes: number, { kubelet }: HostFacts): number {
  const set = kubelet.known ? kubelet.value.evictionHard : {};
  // Where one threshold is set, the others are none unless they are set too.
  const setting = (signal: keyof typeof DEFAULTS): string =>
    set[signal] ?? (Object.keys(set).length === 0 ? DEFAULTS[signal] : '0');
  const signals = [
    ...(disks.some(({ path }) => path === '/var/lib/kubelet') ? [setting('nodefs.available')] : []),
    ...(disks.some(({ path }) => IMAGES.includes(path)) ? [setting('imagefs.available')] : []),
  ];
  return Math.max(0, ...signals.map((text) => amountOf(text, sizeBytes)));
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `10%` of a size, or a quantity such as `1Gi`; anything else counts as nothing. */
function amountOf(text: string, sizeBytes: number): number {
  const [, number = '0', unit = ''] = /^([\d.]+)(%|[kMG]|[KMGT]i)?$/.exec(text) ?? [];
  return unit === '%' ? (Number(number) / 100) * sizeBytes : Number(number) * (UNITS[unit] ?? 0);
}
