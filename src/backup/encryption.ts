import { parse } from 'yaml';
import { z } from 'zod';
import { KubestairError } from '../errors.ts';
import type { Log } from '../ports/log.ts';
import { measure } from './digest.ts';
import type { EncryptionPart } from './manifest.ts';
import type { PartStore } from './parts.ts';

/** An EncryptionConfiguration of Kubernetes, keys included. */
export interface EncryptionConfiguration {
  /** Where it lies on the host. */
  readonly file: string;
  /** The file as it is. A secret. */
  readonly text: string;
}

export interface NodeEncryption {
  readonly node: string;
  readonly configuration: EncryptionConfiguration;
  /** Names of its providers in the order of the file, each once. */
  readonly providers: readonly string[];
}

/** Providers that keep their keys in the file itself (apiserver.config.k8s.io/v1, ProviderConfiguration). */
const WITH_KEYS: readonly string[] = ['aescbc', 'aesgcm', 'secretbox'];

const configurationSchema = z.object({
  resources: z.array(z.object({ providers: z.array(z.record(z.string(), z.unknown())) })),
});

/**
 * Looks into what encrypts a control plane's data at rest, and masks its keys.
 * @throws KubestairError ENCRYPTION_UNREADABLE when the file is none that an API server could have been started with
 */
export function readEncryption(
  node: string,
  configuration: EncryptionConfiguration,
  log: Log,
): NodeEncryption {
  const parsed = configurationSchema.safeParse(parseYaml(configuration.text));
  if (!parsed.success) {
    throw new KubestairError('ENCRYPTION_UNREADABLE', `${configuration.file} is no EncryptionConfiguration`, {
      object: `Node/${node}`,
      next: `Compare it with the --encryption-provider-config of the other control planes: without it a snapshot of etcd cannot be read.`,
    });
  }
  const used = parsed.data.resources.flatMap(({ providers }) => providers);
  for (const secret of used.flatMap(secretsIn)) log.mask(secret);
  return { node, configuration, providers: [...new Set(used.flatMap((provider) => Object.keys(provider)))] };
}

/**
 * Refuses to lay keys in plain text beside the snapshot that they open.
 * @param recipients Those that the backup is sealed to.
 * @param plainKeys Whether the cluster file allows it.
 * @throws KubestairError KEYS_UNSEALED
 */
export function requireSealedKeys(
  encrypted: readonly NodeEncryption[],
  recipients: readonly string[],
  plainKeys: boolean,
): void {
  const withKeys = encrypted.find(({ providers }) => providers.some((name) => WITH_KEYS.includes(name)));
  if (withKeys === undefined || recipients.length > 0 || plainKeys) return;
  throw new KubestairError(
    'KEYS_UNSEALED',
    'the cluster encrypts its data at rest, and without recipients the backup would hold the keys in plain text',
    {
      object: `Node/${withKeys.node}`,
      next: 'Name age recipients in spec.backup.encryptTo; or, where the store itself keeps them safe, set spec.backup.plainKeys to true.',
    },
  );
}

/** Seals each configuration into a part of its own, apart from the snapshot that it opens. */
export async function backUpEncryption(
  encrypted: readonly NodeEncryption[],
  parts: PartStore,
  signal: AbortSignal,
): Promise<readonly EncryptionPart[]> {
  const written: EncryptionPart[] = [];
  for (const { node, configuration, providers } of encrypted) {
    const source = measure(once(Buffer.from(configuration.text)));
    const part = await parts.write(`keys/${node}.yaml`, source, signal);
    written.push({ node, file: configuration.file, providers, part });
  }
  return written;
}

/** The keys themselves, base64 as the file has them. */
function secretsIn(provider: Readonly<Record<string, unknown>>): readonly string[] {
  const keyed = z.object({ keys: z.array(z.object({ secret: z.string() })) });
  return Object.values(provider).flatMap(
    (value) => keyed.safeParse(value).data?.keys.map(({ secret }) => secret) ?? [],
  );
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
