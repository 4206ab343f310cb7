import type { Digest, Manifest, Proof } from '../backup/manifest.ts';
import type { BackupSummary } from './model.ts';
import { count, formatBytes, formatTime } from './units.ts';

/** URL of the backup's folder, without credentials. */
export function backupUrl(backup: BackupSummary): string {
  return `${backup.storeUrl.replace(/\/+$/, '')}/${backup.prefix.replace(/^\/+|\/+$/g, '')}`;
}

/** What a backup holds, a line for each kind of part. */
export function backupContents(manifest: Manifest): readonly string[] {
  const exported = manifest.resources.filter((resource) => resource.part !== undefined);
  const objects = exported.reduce((sum, resource) => sum + resource.objects, 0);
  const missing = manifest.resources.length - exported.length;
  const without = missing === 0 ? '' : `, without ${count(missing, 'kind')} that could not be exported`;
  const contents = [
    `${count(objects, 'object')} of ${count(exported.length, 'kind')} at resource version ${manifest.resourceVersion}${without}`,
  ];
  if (manifest.etcd !== undefined) {
    const { member, revision, part } = manifest.etcd;
    contents.push(`etcd at revision ${revision} from ${member} (${sizes(part.plain, part.sealed)})`);
  }
  if (manifest.hosts.length > 0) {
    contents.push(`host files of ${manifest.hosts.map((host) => host.node).join(', ')}`);
  }
  return contents;
}

export function backupProofs(manifest: Manifest): readonly string[] {
  return manifest.proofs.map(
    ({ kind, result, at, detail }) => `${kind} ${PROOF_RESULTS[result]} at ${formatTime(at)}: ${detail}`,
  );
}

/** For people. */
export const PROOF_RESULTS: Readonly<Record<Proof['result'], string>> = {
  passed: 'passed',
  failed: 'failed',
  'not-made': 'not made',
};

function sizes(plain: Digest, sealed: Digest): string {
  return `${formatBytes(plain.bytes)}, ${formatBytes(sealed.bytes)} in the store`;
}
