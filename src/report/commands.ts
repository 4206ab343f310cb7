import { COMMANDS, type Command, type CommandDoc, SETTINGS, type Setting } from '../request/contract.ts';
import type { Request } from '../request/request.ts';

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

/** The command line of a request, with every flag that it was given. */
function requestLine(request: Request): string {
  const given: Readonly<Record<string, unknown>> = { ...request };
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
