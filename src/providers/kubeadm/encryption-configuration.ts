import type { EncryptionConfiguration } from '../../backup/encryption.ts';
import type { Host } from '../../ports/host.ts';
import { readApiServer } from './apiserver.ts';
import { quote } from './scripts/shell.ts';

/**
 * Reads what the API server's --encryption-provider-config names. Without it nobody can read a snapshot of etcd again.
 * @throws KubestairError HOST_*; CLUSTER_UNSUPPORTED where the host runs no API server
 */
export async function readEncryptionConfiguration(
  host: Host,
  signal?: AbortSignal,
): Promise<EncryptionConfiguration | undefined> {
  const server = await readApiServer(host, signal);
  const file = server.file('encryption-provider-config');
  if (file === undefined) return undefined;
  const { stdout } = await host.run(`base64 -w 0 <${quote(file)}`, {
    sudo: true,
    signal,
    timeoutSeconds: 60,
  });
  return { file, text: Buffer.from(stdout, 'base64').toString('utf8') };
}
