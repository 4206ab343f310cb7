import { CommanderError, Option, Command as Program } from 'commander';
import type { KubestairError } from '../errors.ts';
import { COMMAND_NAMES, COMMANDS, type Command, type CommandDoc } from './contract/commands.ts';
import { EXIT_CODES } from './contract/exit-codes.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './contract/run-settings.ts';
import { appliesTo, type Setting } from './contract/setting.ts';
import { SETTINGS } from './contract/settings.ts';
import { invalid, makeRequest, splitList } from './make-request.ts';
import type { RawValue, Request, SettingName } from './request.ts';

/** What a command line asks for: a run, or only a text on standard output. */
export type Invocation =
  | {
      readonly kind: 'run';
      readonly request: Request;
      readonly output: OutputFormat;
      /** Where the HTML report goes, if one is asked for. */
      readonly report?: string;
    }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Reads a command line.
 * @param args without the names of Node.js and of the program
 * @throws KubestairError INPUT_INVALID, with a suggestion where something similar exists
 */
export function readArgv(args: readonly string[], version: string): Invocation {
  let invocation: Invocation | undefined;
  let text = '';
  const program = makeProgram(version, (command, options) => {
    const output = OUTPUT_FORMATS.find((format) => format === options.output);
    if (output === undefined)
      throw invalid(
        `--output "${options.output}" is not known.`,
        `Use one of: ${OUTPUT_FORMATS.join(', ')}.`,
      );
    const { report } = options;
    const request = requestOf(command, options);
    invocation = { kind: 'run', request, output, ...(typeof report === 'string' && { report }) };
  });
  for (const part of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)]) {
    part.exitOverride().configureOutput({
      writeOut: (written) => {
        text += written;
      },
      writeErr: () => {},
    });
  }
  try {
    program.parse(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return { kind: 'text', text };
    throw explained(thrown, args);
  }
  return invocation ?? { kind: 'text', text };
}

/**
 * Whether the caller expects a JSON document, read leniently, since it is asked about command lines that cannot be
 * read otherwise.
 */
export function wantsJson(args: readonly string[]): boolean {
  return args.some((arg, index) => {
    if (['--output=json', '-ojson', '-o=json'].includes(arg)) return true;
    return arg === 'json' && ['--output', '-o'].includes(args[index - 1] ?? '');
  });
}

type Options = Readonly<Record<string, RawValue>>;

function makeProgram(version: string, onCommand: (command: Command, options: Options) => void): Program {
  const program = new Program('kubestair')
    .description('Upgrades Kubernetes one minor at a time, with a way back.')
    .usage('<command> -f <path> [flags]')
    .version(version, '--version', 'Print the version.')
    .helpOption('-h, --help', 'Print help.')
    .helpCommand('help [command]', 'Print help for a command.')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', programEpilogue());
  const groups = new Map<string, Program>();
  const groupOf = (word: string): Program => {
    const group = groups.get(word) ?? program.command(word).usage('<what> -f <path> [flags]');
    groups.set(word, group);
    return group;
  };
  for (const name of COMMAND_NAMES) {
    const doc: CommandDoc = COMMANDS[name];
    const [parent, word] = doc.words === undefined ? [program, name] : [groupOf(doc.words[0]), doc.words[1]];
    const argument = argumentOf(name);
    const command = parent
      .command(word)
      .summary(doc.about)
      .description(doc.long)
      .usage(`${argument === undefined ? '' : `${argumentTerm(argument[1])} `}-f <path> [flags]`)
      .helpOption('-h, --help', 'Print help.')
      .allowExcessArguments(false)
      .addHelpText('after', commandEpilogue(name));
    for (const [, setting] of flagsOf(name)) command.addOption(optionOf(setting));
    if (argument === undefined) command.action((options: Options) => onCommand(name, options));
    else
      command
        .argument(argumentTerm(argument[1]), plainText(argument[1].about))
        .action((value: string | string[] | undefined, options: Options) =>
          onCommand(name, { ...options, [argument[0]]: value }),
        );
  }
  for (const [word, group] of groups) {
    const whats = group.commands.map((command) => command.name()).join(' or ');
    group.summary(`${word} ${whats}; see kubestair ${word} --help.`).helpOption('-h, --help', 'Print help.');
  }
  return program;
}

function argumentOf(command: Command): readonly [string, Setting] | undefined {
  return Object.entries<Setting>(SETTINGS).find(
    ([, setting]) => setting.argument === true && appliesTo(setting, command),
  );
}

function argumentTerm({ placeholder, required, type }: Setting): string {
  const name = `${placeholder ?? 'value'}${type === 'list' ? '...' : ''}`;
  return required ? `<${name}>` : `[${name}]`;
}

function plainText(about: string): string {
  return about.replaceAll('`', '');
}

function flagsOf(command: Command): readonly (readonly [string, Setting])[] {
  return Object.entries<Setting>(SETTINGS).filter(
    ([, setting]) =>
      setting.flag !== undefined && setting.argument === undefined && appliesTo(setting, command),
  );
}

function optionOf(setting: Setting): Option {
  const short = setting.short === undefined ? '' : `-${setting.short}, `;
  const value = setting.type === 'boolean' ? '' : ` <${setting.placeholder}>`;
  const option = new Option(`${short}--${setting.flag}${value}`, plainText(setting.about));
  if (setting.type === 'list')
    option.argParser((text: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      ...splitList(text),
    ]);
  if (setting.type !== 'boolean' && setting.default !== undefined) option.default(setting.default);
  return option;
}

// Commander names options after their flags, in camel case.
function requestOf(command: Command, options: Options): Request {
  const values: Partial<Record<SettingName, RawValue>> = {};
  for (const [name, { flag, argument }] of Object.entries<Setting>(SETTINGS)) {
    const key = argument === true ? name : camelCase(flag ?? '');
    if (key !== '' && options[key] !== undefined) values[name as SettingName] = options[key];
  }
  const { kubeconfigFile, identity } = values;
  const access = {
    ...(typeof kubeconfigFile === 'string' && { kubeconfigFile }),
    ...(typeof identity === 'string' && { ageIdentityFile: identity }),
  };
  return makeRequest(command, { values: { ...values, command }, access }, calledOnCommandLine);
}

function calledOnCommandLine({ flag, argument, placeholder }: Setting): string {
  return argument === true ? `<${placeholder}>` : `--${flag}`;
}

function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

// Commander writes "error: unknown option '--fil'\n(Did you mean --file?)".
function explained(error: CommanderError, args: readonly string[]): KubestairError {
  if (error.code === 'commander.help') return invalid(`Unknown command '${args[1]}'.`, seeHelp(undefined));
  const [first = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const message = `${first.charAt(0).toUpperCase()}${first.slice(1)}.`.replace(/\.\.$/, '.');
  const hint = hints.map((line) => line.replace(/^\((.*)\)$/, '$1')).join(' ');
  const command = COMMAND_NAMES.find((name) => name === args[0]);
  return invalid(message, hint === '' ? seeHelp(command) : `${hint} ${seeHelp(command)}`);
}

function seeHelp(command: Command | undefined): string {
  return `Run kubestair ${command === undefined ? '' : `${command} `}--help for what there is.`;
}

function programEpilogue(): string {
  const codes = Object.entries(EXIT_CODES).map(([code, about]) => `  ${code}  ${about}`);
  return `
Exit codes:
${codes.join('\n')}

Examples:
  kubestair plan -f clusters/prod.yaml
  kubestair upgrade -f clusters/prod.yaml --plan-hash <hash of the approved plan>
`;
}

function commandEpilogue(command: Command): string {
  return `\nExamples:\n${COMMANDS[command].examples.map((line) => `  ${line}`).join('\n')}\n`;
}
