import { z } from 'zod';
import type { EncryptionFacts } from '../../cluster/host-facts.ts';
import { type Known, known, unknown } from '../../cluster/known.ts';
import { readYaml } from '../../cluster/yaml.ts';
import { asKubestairError } from '../../errors.ts';
import type { Host } from '../../ports/host.ts';
import { staticPod } from './apiserver.ts';
import { encryptionScript } from './scripts/host-facts.ts';

/** apiserver.config.k8s.io/v1 EncryptionConfiguration, as far as a plan looks at it. */
const configuration = z.object({
  resources: z.array(
    z.object({
      resources: z.array(z.string()),
      providers: z.array(z.record(z.string(), z.object({ apiVersion: z.string().optional() }).nullish())),
    }),
  ),
});

/**
 * How an API server encrypts what it stores, without its keys.
 * @param manifest of its static pod
 * @returns undefined where it encrypts nothing
 */
export async function readEncryptionFacts(
  host: Host,
  manifest: string,
  signal?: AbortSignal,
): Promise<Known<EncryptionFacts> | undefined> {
  const path = staticPod(manifest)?.file('encryption-provider-config');
  if (path === undefined) return undefined;
  try {
    const { stdout } = await host.run(encryptionScript(path), { sudo: true, signal, timeoutSeconds: 60 });
    return parseEncryption(path, stdout);
  } catch (thrown) {
    signal?.throwIfAborted();
    return unknown(`${path} could not be read: ${asKubestairError(thrown).message}`);
  }
}

/** Reads what the script printed. */
export function parseEncryption(path: string, stdout: string): Known<EncryptionFacts> {
  const [sha256 = '', text = ''] = stdout.trim().split('\n');
  const parsed = configuration.safeParse(readYaml(Buffer.from(text, 'base64').toString('utf8')));
  if (!parsed.success) return unknown(`${path} is no EncryptionConfiguration`);
  return known({
    path,
    sha256,
    rules: parsed.data.resources.map(({ resources, providers }) => ({
      resources,
      providers: providers.flatMap((provider) =>
        Object.entries(provider).map(([kind, settings]) =>
          kind === 'kms' ? `kms ${settings?.apiVersion ?? 'v1'}` : kind,
        ),
      ),
    })),
  });
}
