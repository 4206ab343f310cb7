import { unpackTar } from 'modern-tar';
import type { HostPart } from '../../backup/manifest.ts';
import { type BackupSource, openPart } from '../../backup/unseal.ts';
import type { PackageName, PackageObservation } from '../../cluster/observation.ts';

/** What a backup knows of a control-plane host. */
export interface HostBackup {
  readonly node: string;
  /** Text of a file by its path, for example `/etc/kubernetes/pki/ca.crt`; undefined when it is not in the backup. */
  file(path: string): string | undefined;
  /** Paths of all files that file() knows. */
  readonly paths: readonly string[];
  readonly packages: Readonly<Record<PackageName, PackageObservation>>;
}

/** Files that are of use to plan with; keys are not among them. */
const NEEDED = [
  /^etc\/kubernetes\/manifests\/[^/]+\.yaml$/,
  /^etc\/kubernetes\/pki\/(.+\/)?[^/]+\.crt$/,
  /^kubestair\//,
];

/** Reads the files of a host out of a backup. @throws KubestairError like openPart() */
export async function readHostBackup(
  { node, part }: HostPart,
  source: BackupSource,
  signal: AbortSignal,
): Promise<HostBackup> {
  const entries = await unpackTar(ReadableStream.from(openPart(part, source, signal)), {
    strict: true,
    filter: ({ name }) => NEEDED.some((pattern) => pattern.test(name)),
  });
  const files = new Map<string, string>(
    entries.flatMap(({ header, data }) =>
      data === undefined ? [] : [[`/${header.name}`, Buffer.from(data).toString('utf8')] as const],
    ),
  );
  return {
    node,
    file: (path) => files.get(path),
    paths: [...files.keys()],
    packages: packagesOf(files.get('/kubestair/packages.tsv') ?? '', files.get('/kubestair/holds.txt') ?? ''),
  };
}

function packagesOf(table: string, holds: string): HostBackup['packages'] {
  const versions = new Map(table.split('\n').map((line) => line.split('\t').slice(0, 2) as [string, string]));
  const held = new Set(holds.split('\n').map((line) => line.trim()));
  const packageOf = (name: PackageName): PackageObservation => ({
    version: versions.get(name) ?? '',
    held: held.has(name),
  });
  return { kubeadm: packageOf('kubeadm'), kubelet: packageOf('kubelet'), kubectl: packageOf('kubectl') };
}
