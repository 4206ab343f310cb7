import type { Command } from './contract/commands.ts';
import type { CommentMode } from './contract/run-settings.ts';
import type { Setting } from './contract/setting.ts';
import { SETTINGS } from './contract/settings.ts';
import { invalid, makeRequest, readCommand, splitList } from './make-request.ts';
import type { RawValue, Request, SettingName } from './request.ts';

/** Contents that the Action was handed, which a run needs as files. */
export interface Materials {
  readonly sshPrivateKey?: string;
  readonly sshKnownHosts?: string;
  readonly kubeconfig?: string;
  readonly githubToken?: string;
  readonly ageIdentity?: string;
}

/** Trimmed value of an Action input; empty when it is not set. */
export type ReadInput = (name: string) => string;

/** Reads the contents first and alone, so that they can be masked before anything else is looked at. */
export function readMaterials(read: ReadInput): Materials {
  const sshPrivateKey = read(SETTINGS.sshPrivateKey.input);
  const sshKnownHosts = read(SETTINGS.sshKnownHosts.input);
  const kubeconfig = read(SETTINGS.kubeconfig.input);
  const githubToken = read(SETTINGS.githubToken.input);
  const ageIdentity = read(SETTINGS.ageIdentity.input);
  return {
    ...(sshPrivateKey && { sshPrivateKey: asFile(sshPrivateKey) }),
    ...(sshKnownHosts && { sshKnownHosts: asFile(sshKnownHosts) }),
    ...(kubeconfig && { kubeconfig: asFile(kubeconfig) }),
    ...(githubToken && { githubToken }),
    ...(ageIdentity && { ageIdentity: asFile(ageIdentity) }),
  };
}

/**
 * Reads everything else of an Action run. GitHub does not enforce `required`, so this does.
 * @throws KubestairError INPUT_INVALID
 */
export function readInputs(read: ReadInput): Request {
  const command: Command = readCommand(read(SETTINGS.command.input), `Input ${SETTINGS.command.input}`);
  const values: Partial<Record<SettingName, RawValue>> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    if (setting.input === undefined || isMaterial(setting)) continue;
    values[name as SettingName] = readValue(setting, read(setting.input));
  }
  return makeRequest(command, { values, access: {} }, ({ input }) => `Input ${input}`);
}

/** @throws KubestairError INPUT_INVALID */
export function readCommentMode(read: ReadInput): CommentMode {
  const { input, choices, default: preset } = SETTINGS.comment;
  const text = read(input) || preset;
  const mode = choices.find((choice) => choice === text);
  if (mode !== undefined) return mode;
  throw invalid(`Input ${input} "${text}" is not known.`, `Use one of: ${choices.join(', ')}.`);
}

/** Where the report goes; undefined where the Action chooses. */
export function readReportPath(read: ReadInput): string | undefined {
  return read(SETTINGS.report.input) || undefined;
}

// Contents go to private files, see readMaterials().
function isMaterial({ type, input }: Setting): boolean {
  return type === 'secret' || input === SETTINGS.sshKnownHosts.input;
}

function readValue(setting: Setting, text: string): RawValue {
  switch (setting.type) {
    case 'boolean':
      return readBoolean(setting, text);
    case 'list':
      return splitList(text);
    case 'path':
    case 'text':
    case 'secret':
    case 'hash':
    case 'duration':
    case 'choice':
      return text;
  }
}

/** @throws KubestairError INPUT_INVALID when the text is no private key that OpenSSH could read */
export function checkMaterials(materials: Materials): void {
  const key = materials.sshPrivateKey;
  if (key === undefined || /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(key)) return;
  throw invalid(
    `Input ${SETTINGS.sshPrivateKey.input} is not a private key: its first line is no BEGIN line.`,
    'Store the whole file of the private key, with its first and last line, as the secret.',
  );
}

// YAML 1.2 core schema, as GitHub's own getBooleanInput reads it.
function readBoolean({ input }: Setting, text: string): boolean {
  if (['true', 'True', 'TRUE'].includes(text)) return true;
  if (['', 'false', 'False', 'FALSE'].includes(text)) return false;
  throw invalid(`Input ${input} is neither true nor false: "${text}".`, 'Write true or false.');
}

// OpenSSH refuses a private key without a newline at its end, or with Windows line ends.
function asFile(text: string): string {
  return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
}
