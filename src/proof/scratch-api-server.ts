import { generateKeyPairSync } from 'node:crypto';
import type { EncryptionConfiguration } from '../backup/encryption.ts';
import type { Kube } from '../ports/kube.ts';
import type { ScratchMachine } from '../ports/scratch-machine.ts';
import type { ApiServerSettings } from './api-server-flags.ts';
import { SCRATCH_ETCD } from './scratch-etcd.ts';

const ENCRYPTION = 'encryption.yaml';
const TOKENS = 'tokens.csv';
const SIGNING_KEY = 'service-accounts.key';

/** An API server that changes as little as it can, calls no webhooks, and lets in whoever has the token. */
export function apiServerFlags(
  inside: (file: string) => string,
  name: string,
  port: number,
  { flags, etcdPrefix }: ApiServerSettings,
  encryption: EncryptionConfiguration | undefined,
): readonly string[] {
  return [
    `--etcd-servers=${SCRATCH_ETCD}`,
    `--etcd-prefix=${etcdPrefix}`,
    '--etcd-compaction-interval=0',
    // Every list is read at one old revision, from etcd: a cache would take memory, and time to fill.
    '--watch-cache=false',
    '--advertise-address=127.0.0.1',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${inside(name)}`,
    '--endpoint-reconciler-type=none',
    '--authorization-mode=AlwaysAllow',
    `--token-auth-file=${inside(TOKENS)}`,
    '--service-account-issuer=https://scratch.invalid',
    `--service-account-key-file=${inside(SIGNING_KEY)}`,
    `--service-account-signing-key-file=${inside(SIGNING_KEY)}`,
    ...flags,
    ...(encryption === undefined ? [] : [`--encryption-provider-config=${inside(ENCRYPTION)}`]),
  ];
}

/** Puts the files on the machine that those flags name. */
export async function keepSecrets(
  machine: ScratchMachine,
  token: string,
  encryption: EncryptionConfiguration | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  await machine.keepText(SIGNING_KEY, key, signal);
  if (encryption !== undefined) await machine.keepText(ENCRYPTION, encryption.text, signal);
  await machine.keepText(TOKENS, `${token},kubestair,1,system:masters\n`, signal);
}

/** It makes one for itself, which may be half written. */
export async function readCertificate(
  machine: ScratchMachine,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const text = await machine.readText(`${name}/apiserver.crt`, signal);
  if (!text.trimEnd().endsWith('-----END CERTIFICATE-----')) throw new Error('no whole certificate yet');
  return text;
}

export async function readiness(kube: Kube, signal: AbortSignal): Promise<void> {
  // Its answer is no JSON.
  for await (const _chunk of await kube.stream({ path: '/readyz', retries: 0, signal }));
}
