import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDirectory } from './cache.ts';
import { run } from './process.ts';
import type { Progress } from './progress.ts';

/** What the key that signs the lab's packages is called. */
export const keyName = 'Kubestair lab packages';

/** Makes, once for a cache, the key that signs the lab's package repositories; returns its GnuPG home. */
export async function ensureSigningKey(progress: Progress, signal: AbortSignal | undefined): Promise<string> {
  return await ensureDirectory('signing-key-1', progress, signal, async (directory) => {
    await chmod(directory, 0o700);
    await gpg(
      directory,
      ['--passphrase', '', '--quick-generate-key', keyName, 'rsa3072', 'sign', 'never'],
      signal,
    );
    await writeFile(
      join(directory, 'Release.key'),
      await gpg(directory, ['--armor', '--export', keyName], signal),
    );
  });
}

/** Signs `Release` of a repository as `InRelease` and `Release.gpg`, and puts `Release.key` beside them. */
export async function sign(
  keyring: string,
  repository: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const release = join(repository, 'Release');
  await gpg(keyring, ['--clearsign', '--output', join(repository, 'InRelease'), release], signal);
  await gpg(keyring, ['--armor', '--detach-sign', '--output', `${release}.gpg`, release], signal);
  await gpg(keyring, ['--armor', '--output', `${release}.key`, '--export', keyName], signal);
}

/** Signs a file as `<file>.asc`, and puts the key beside it as `<file>.key`, as repositories of rpms have it. */
export async function detachedSignature(
  keyring: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await gpg(keyring, ['--armor', '--detach-sign', '--output', `${file}.asc`, file], signal);
  await gpg(keyring, ['--armor', '--output', `${file}.key`, '--export', keyName], signal);
}

async function gpg(home: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  try {
    return await run('gpg', ['--homedir', home, '--batch', '--yes', '--quiet', ...args], { signal });
  } finally {
    // gpg starts an agent in its home and leaves it running, which would keep a temporary home alive.
    await run('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']).catch(() => '');
  }
}
