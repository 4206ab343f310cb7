import type { Command } from './commands.ts';

/** How a value is read: `secret` and `text` are contents, `path` is a file, `choice` one of a list. */
export type Setting = {
  /** Name as an Action input; absent where only the command line has it. */
  readonly input?: string;
  /** Name as a long flag; absent where only the Action has it. */
  readonly flag?: string;
  readonly short?: string;
  /** On the command line it is no flag but what follows the command, as in `kubestair fetch ID`. */
  readonly argument?: true;
  /** What help calls the value. */
  readonly placeholder?: string;
  readonly required?: true;
  /** Another setting that makes this one needless although it is required. */
  readonly unless?: string;
  readonly default?: string;
  /** Absent: all of them. */
  readonly commands?: readonly Command[];
  readonly about: string;
} /** `list`: a flag that may be repeated; as an input, values on lines or between commas. */ & (
  | { readonly type: 'path' | 'text' | 'secret' | 'hash' | 'duration' | 'boolean' | 'list' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
);

/** Whether a setting means something for a command. */
export function appliesTo(setting: Setting, command: Command): boolean {
  return setting.commands === undefined || setting.commands.includes(command);
}
