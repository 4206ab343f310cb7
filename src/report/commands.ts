import type { Command } from '../request/contract.ts';

/** A command line to copy. */
export function commandLine(command: Command, file: string, planHash?: string): string {
  const hash = planHash === undefined ? '' : ` --plan-hash ${planHash}`;
  return `kubestair ${command} -f ${shellQuoted(file)}${hash}`;
}

/** One word of a POSIX shell, quoted where it has to be. */
export function shellQuoted(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What to do after an interruption, as a sentence. */
export function resumeHint({ command, file }: { readonly command: Command; readonly file: string }): string {
  const again = commandLine(command, file);
  return command === 'upgrade' ? `To go on where it stopped: ${again}` : `To start again: ${again}`;
}
