import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kubectl } from '../kubectl.ts';
import { onHost } from '../ssh.ts';
import { waitFor } from '../wait.ts';
import type { TestLab } from './test-lab.ts';

/** Where the API server's container sees it without a mount of its own. */
export const KEYS = '/etc/kubernetes/pki/encryption.yaml';

/** Keeps an age identity in a file of the test's own. */
export async function saveIdentity(lab: TestLab, name: string, identity: string): Promise<string> {
  const file = path.join(lab.dir, name);
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return file;
}

/** As kubernetes.io "Encrypting Confidential Data at Rest" has it: a key, the flag, and every Secret written anew. */
export async function encryptAtRest({ state }: TestLab): Promise<string> {
  const keys = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - secretbox: { keys: [{ name: one, secret: ${randomBytes(32).toString('base64')} }] }
  - identity: {}
`;
  await onHost(
    state,
    'cp1',
    `umask 077
cat >${KEYS} <<'KEYS'
${keys}KEYS
before=$(pgrep -x kube-apiserver)
sed -i 's#^    - kube-apiserver$#&\\n    - --encryption-provider-config=${KEYS}#' /etc/kubernetes/manifests/kube-apiserver.yaml
timeout 120 sh -c "while kill -0 $before 2>/dev/null; do sleep 0.5; done"`,
  );
  const rewrite = async (): Promise<true> => {
    const secrets = await kubectl(state, ['get', 'secrets', '--all-namespaces', '-o', 'json']);
    await kubectl(state, ['replace', '-f', '-'], { input: secrets });
    return true;
  };
  await waitFor('the API server with its keys', rewrite, { timeoutMs: 180_000, everyMs: 2000 });
  return keys;
}
