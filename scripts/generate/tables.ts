import { COMMANDS, type Command, type CommandDoc } from '../../src/request/contract/commands.ts';
import { EXIT_CODES } from '../../src/request/contract/exit-codes.ts';
import { OUTPUTS, type Output } from '../../src/request/contract/outputs.ts';
import type { Setting } from '../../src/request/contract/setting.ts';
import { SETTINGS } from '../../src/request/contract/settings.ts';

export function commandTable(): string {
  const rows = Object.entries<CommandDoc>(COMMANDS).map(([name, { about, words }]) => [
    `\`${words?.join(' ') ?? name}\``,
    about,
  ]);
  return table(['Command', 'What it does'], rows);
}

export function inputTable(): string {
  const rows = settings().flatMap((setting) => {
    if (setting.input === undefined) return [];
    const name = setting.required ? `\`${setting.input}\` (required)` : `\`${setting.input}\``;
    return [[name, commandsOf(setting), setting.about]];
  });
  return table(['Input', 'For', 'What it is'], rows);
}

export function flagTable(): string {
  const rows = settings().flatMap((setting) => {
    if (setting.flag === undefined) return [];
    const value = setting.type === 'boolean' ? '' : ` <${setting.placeholder}>`;
    const short = setting.short === undefined ? '' : `\`-${setting.short}\`, `;
    return [[`${short}\`--${setting.flag}${value}\``, commandsOf(setting), setting.about]];
  });
  return table(['Flag', 'For', 'What it is'], rows);
}

export function outputTable(): string {
  const outputs: Readonly<Record<string, Output>> = OUTPUTS;
  const rows = Object.entries(outputs).map(([name, output]) => [
    `\`${name}\``,
    commandsOf(output),
    output.about,
  ]);
  return table(['Output', 'Of', 'What it is'], rows);
}

export function exitCodeTable(): string {
  return table(['Exit code', 'Meaning'], Object.entries(EXIT_CODES));
}

function commandsOf({ commands }: { readonly commands?: readonly Command[] }): string {
  return commands === undefined ? 'all' : commands.map((command) => `\`${command}\``).join(', ');
}

function settings(): readonly Setting[] {
  return Object.values(SETTINGS);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
