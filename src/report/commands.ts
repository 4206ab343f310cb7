import { COMMANDS, type Command, type CommandDoc } from '../request/contract/commands.ts';
import type { Setting } from '../request/contract/setting.ts';
import { SETTINGS } from '../request/contract/settings.ts';
import type { AccessOverrides, Request } from '../request/request.ts';

/** What commands to copy call the file with the age identity where nobody has named one. */
export const IDENTITY_FILE = 'key.txt';

/** A command line to copy. @param argument what follows the command, with a space before it */
export function commandLine(command: Command, file: string, planHash?: string, argument = ''): string {
  const hash = planHash === undefined ? '' : ` --plan-hash ${planHash}`;
  const doc: CommandDoc = COMMANDS[command];
  return `kubestair ${doc.words?.join(' ') ?? command}${argument} -f ${shellQuoted(file)}${hash}`;
}

/** One word of a POSIX shell, quoted where it has to be. */
export function shellQuoted(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Commands that find out how far they came, and go on from there. */
const GO_ON: ReadonlySet<Command> = new Set<Command>([
  'upgrade',
  'fetch',
  'prune',
  'maintain',
  'defrag',
  'restore-resources',
  'restore-etcd',
  'rollback',
]);

/** What to do after an interruption, as a sentence. */
export function resumeHint(request: Request): string {
  const again = requestLine(request);
  return GO_ON.has(request.command) ? `To go on where it stopped: ${again}` : `To start again: ${again}`;
}

/** The command line of a request, to copy, with every flag that it was given. */
export function requestLine(request: Request): string {
  const given: Readonly<Record<string, unknown>> = { ...request, ...filesOf(request.access) };
  let after = '';
  let flags = '';
  for (const [name, { flag, argument }] of Object.entries<Setting>(SETTINGS)) {
    const value = name === 'file' || name === 'verbose' ? undefined : given[name];
    if (value === undefined) continue;
    const values = (Array.isArray(value) ? value : [value]).map((one) => shellQuoted(String(one)));
    if (argument === true) after += ` ${values.join(' ')}`;
    else if (flag !== undefined)
      flags += value === true ? ` --${flag}` : values.map((one) => ` --${flag} ${one}`).join('');
  }
  return commandLine(request.command, request.file, undefined, after) + flags;
}

/** Files that were given for this run alone, by the names of their settings. */
function filesOf({ kubeconfigFile, ageIdentityFile, fromInputs }: AccessOverrides): {
  readonly [K in 'kubeconfigFile' | 'identity']?: string | undefined;
} {
  if (fromInputs !== true) return { kubeconfigFile, identity: ageIdentityFile };
  return { identity: ageIdentityFile === undefined ? undefined : IDENTITY_FILE };
}
