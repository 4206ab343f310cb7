import { parse } from 'yaml';
import type { Materials } from './read-inputs.ts';

/** Shorter texts are no secrets, and masking them would blank out innocent parts of the log. */
const shortestSecret = 8;

/** What has to be masked: the log is masked line by line, so each line of a key is a secret of its own. */
export function secretsOf(materials: Materials): readonly string[] {
  const secrets = [
    ...lines(materials.sshPrivateKey ?? ''),
    ...kubeconfigSecrets(materials.kubeconfig ?? ''),
    ...lines(materials.githubToken ?? ''),
    ...lines(materials.ageIdentity ?? ''),
  ];
  return [...new Set(secrets)].filter((secret) => secret.length >= shortestSecret);
}

// Only credentials: the names of clusters and the server's address belong into log and outputs.
function kubeconfigSecrets(text: string): readonly string[] {
  const document = parseOrNothing(text);
  if (document === undefined) return lines(text);
  const users = isRecord(document) && Array.isArray(document.users) ? document.users : [];
  const values = users.flatMap((user) => (isRecord(user) ? credentialTexts(user.user) : []));
  return values.flatMap((value) => [...lines(value), ...lines(decoded(value))]);
}

function credentialTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(credentialTexts);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => (publicKeys.has(key) ? [] : credentialTexts(inner)));
}

/** Parts of a user that are no secrets: how a credential is fetched, not what it is. */
const publicKeys: ReadonlySet<string> = new Set([
  'apiVersion',
  'command',
  'args',
  'installHint',
  'interactiveMode',
  'name',
  'username',
]);

function parseOrNothing(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

// client-key-data is base64 of a PEM file, and either form could be printed.
function decoded(value: string): string {
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.includes('-----BEGIN') ? text : '';
}

function lines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
