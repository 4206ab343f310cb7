import type { PackageName, PackageObservation } from '../../../cluster/observation.ts';
import { KubestairError } from '../../../errors.ts';
import type { Host } from '../../../ports/host.ts';
import { LIST_PACKAGES } from '../scripts/list-packages.ts';
import { PACKAGE_MANAGER } from '../scripts/package-manager.ts';
import { quote } from '../scripts/shell.ts';
import { type StaticPod, staticPodOf } from '../static-pod.ts';
import { readUnitMember } from './etcd-unit.ts';
import type { EncryptionFacts, HostFacts, ManifestName, MemberFacts, Unfinished } from './facts.ts';
import { LAST_REVISION, MANIFESTS, STOPPED, UNFINISHED } from './places.ts';
import { readPodMember } from './pod-member.ts';

const MANIFEST_NAMES: readonly ManifestName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
];
const NONE: PackageObservation = { version: '', held: false };

const SCRIPT = `set -u
file() {
  if [ -e "$2" ]; then echo "file $1 $(base64 -w 0 <"$2")"; fi
}
for name in ${MANIFEST_NAMES.join(' ')}; do
  if [ -e ${MANIFESTS}/$name.yaml ]; then
    file $name ${MANIFESTS}/$name.yaml
  elif [ -e ${STOPPED}/$name.yaml ]; then
    echo "stopped $name"
    file $name ${STOPPED}/$name.yaml
  fi
done
file ca /etc/kubernetes/pki/ca.crt
file unfinished ${UNFINISHED}
file revision ${LAST_REVISION}
echo "free $(df -B1 --output=avail /var/lib | tail -n 1)"
systemctl list-units --plain --no-legend --state=active,activating 'kubestair-*' | while read -r unit rest; do echo "unit $unit"; done
${PACKAGE_MANAGER}${LIST_PACKAGES}exit 0`;

/**
 * Looks at a host and changes nothing there.
 * @param role an `etcd` host has a member and no control plane, as with an external etcd
 * @throws KubestairError HOST_*
 */
export async function surveyHost(
  host: Host,
  role: 'control-plane' | 'worker' | 'etcd',
  signal?: AbortSignal,
): Promise<HostFacts> {
  const { stdout } = await host.run(SCRIPT, { sudo: true, signal, timeoutSeconds: 60 });
  const facts = parseSurvey(host.name, stdout);
  const [encryption, member] = await Promise.all([
    readEncryption(host, facts.manifests['kube-apiserver'], signal),
    readMember(host, role, facts.manifests.etcd, signal),
  ]);
  return { ...facts, encryption, member };
}

/** Reads what the script printed. */
export function parseSurvey(name: string, stdout: string): Omit<HostFacts, 'encryption' | 'member'> {
  const files = new Map<string, string>();
  const stopped: ManifestName[] = [];
  const units: string[] = [];
  const packages: Record<PackageName, PackageObservation> = { kubeadm: NONE, kubelet: NONE, kubectl: NONE };
  let freeBytes = Number.NaN;
  for (const line of stdout.split('\n')) {
    const [key, first = '', second = '', want, status] = line.trim().split(/\s+/);
    if (key === 'file') files.set(first, Buffer.from(second, 'base64').toString('utf8'));
    if (key === 'stopped') stopped.push(first as ManifestName);
    if (key === 'unit') units.push(first.replace(/\.service$/, ''));
    if (key === 'free') freeBytes = Number(first);
    if (key === 'package' && first in packages && status === 'installed')
      packages[first as PackageName] = { version: second, held: want === 'hold' };
  }
  const manifests = Object.fromEntries(
    MANIFEST_NAMES.flatMap((manifest): [ManifestName, StaticPod][] => {
      const pod = staticPodOf(files.get(manifest) ?? '', manifest);
      return pod === undefined ? [] : [[manifest, pod]];
    }),
  );
  const revision = files.get('revision')?.trim() ?? '';
  return {
    name,
    manifests,
    stopped,
    ca: files.get('ca'),
    unfinished: parseUnfinished(files.get('unfinished')),
    lastRevision: /^\d+$/.test(revision) ? BigInt(revision) : 0n,
    units,
    packages,
    freeBytes,
  };
}

/** The line that a host keeps while a restore is under way. */
export function unfinishedLine({ restoreId, backupId, bump }: Unfinished): string {
  return `${restoreId} ${backupId} ${bump}`;
}

function parseUnfinished(text: string | undefined): Unfinished | undefined {
  const [, restoreId, backupId, bump] = /^(\S+) (\S+) (\d+)\s*$/.exec(text ?? '') ?? [];
  if (restoreId === undefined || backupId === undefined || bump === undefined) return undefined;
  return { restoreId, backupId, bump };
}

async function readEncryption(
  host: Host,
  apiServer: StaticPod | undefined,
  signal: AbortSignal | undefined,
): Promise<EncryptionFacts | undefined> {
  const seen = apiServer?.flag('encryption-provider-config');
  if (apiServer === undefined || seen === undefined) return undefined;
  const file = apiServer.onHost(seen);
  const script = `if [ -e ${quote(file)} ]; then sha256sum <${quote(file)}; fi`;
  const { stdout } = await host.run(script, { sudo: true, signal, timeoutSeconds: 60 });
  return { file, sha256: stdout.split(/\s/)[0] ?? '' };
}

async function readMember(
  host: Host,
  role: 'control-plane' | 'worker' | 'etcd',
  etcd: StaticPod | undefined,
  signal: AbortSignal | undefined,
): Promise<MemberFacts | undefined> {
  if (role === 'etcd') return readUnitMember(host, signal);
  if (role === 'worker' || etcd === undefined) return undefined;
  return readPodMember(host, etcd, signal);
}

/** @throws KubestairError CLUSTER_UNSUPPORTED */
export function unsupported(host: Host, finding: string, next: string): KubestairError {
  return new KubestairError('CLUSTER_UNSUPPORTED', `${host.name}: ${finding}`, {
    object: `Node/${host.name}`,
    next,
  });
}
