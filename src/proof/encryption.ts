import type { EncryptionConfiguration } from '../backup/encryption.ts';
import type { ResourcePart } from '../backup/manifest.ts';
import { KubestairError } from '../errors.ts';
import type { EtcdKeys } from '../ports/etcd-keys.ts';
import { resourceName, storageFolder } from './storage-keys.ts';

/** How a kind's objects are encrypted in etcd: `secrets` with `aescbc:v1:key1`. */
export interface EncryptedKind {
  readonly kind: string;
  /** Provider, version and name of the key. */
  readonly key: string;
}

/**
 * Encrypted values begin with `k8s:enc:<provider>:<version>:<name of the key>:`.
 * Source: k8s.io/apiserver, pkg/server/options/encryptionconfig/config.go.
 */
const ENCRYPTED = /^k8s:enc:([a-z]+:v\d+:[^:\n]{1,100}):/;

/** Finds out which kinds are encrypted by the first object of each; it needs no keys. */
export async function encryptedKinds(
  keys: EtcdKeys,
  prefix: string,
  revision: bigint,
  resources: readonly ResourcePart[],
  signal: AbortSignal,
): Promise<readonly EncryptedKind[]> {
  const found: EncryptedKind[] = [];
  for (const part of resources) {
    if (part.consistency !== 'exact' || part.objects === 0) continue;
    // Groups of custom kinds have dots; most of those of Kubernetes have too, and then there are no such keys.
    const folders = [
      storageFolder(part, false),
      ...(part.group.includes('.') ? [storageFolder(part, true)] : []),
    ];
    for (const folder of folders) {
      const value = await keys.firstValueAt(`${prefix}/${folder}`, revision, signal);
      const key = ENCRYPTED.exec(Buffer.from(value?.subarray(0, 200) ?? '').toString('latin1'))?.[1];
      if (key !== undefined) found.push({ kind: resourceName(part), key });
    }
  }
  return found;
}

/** @throws KubestairError ENCRYPTION_KEYS */
export function requireKeys(
  encrypted: readonly EncryptedKind[],
  encryption: EncryptionConfiguration | undefined,
): void {
  if (encrypted.length === 0 || encryption !== undefined) return;
  throw encryptionKeys(
    `${describe(encrypted)} are encrypted in the snapshot, and no EncryptionConfiguration was given`,
  );
}

/** What an API server says that has other keys than the objects were encrypted with. */
export function asMissingKeys(
  message: string,
  encrypted: readonly EncryptedKind[],
): KubestairError | undefined {
  if (
    !/unable to transform key|no matching (prefix|key) found|failed to decrypt|could not decrypt/i.test(
      message,
    )
  )
    return undefined;
  return encryptionKeys(`the keys that were given do not open ${describe(encrypted)}: ${message}`);
}

function describe(encrypted: readonly EncryptedKind[]): string {
  return encrypted.map(({ kind, key }) => `${kind} (${key})`).join(', ') || 'the objects';
}

function encryptionKeys(message: string): KubestairError {
  return new KubestairError('ENCRYPTION_KEYS', message, {
    next: 'Without the keys of --encryption-provider-config the snapshot cannot be read by any API server: a backup keeps them in keys/ when the control plane has them.',
  });
}
