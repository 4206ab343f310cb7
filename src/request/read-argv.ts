import { CommanderError, Option, Command as Program } from 'commander';
import type { KubestairError } from '../errors.ts';
import {
  appliesTo,
  COMMAND_NAMES,
  COMMANDS,
  type Command,
  EXIT_CODES,
  type OutputFormat,
  SETTINGS,
  type Setting,
} from './contract.ts';
import { invalid, makeRequest } from './make-request.ts';
import type { Request } from './request.ts';

/** What a command line asks for: a run, or only a text on standard output. */
export type Invocation =
  | { readonly kind: 'run'; readonly request: Request; readonly output: OutputFormat }
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
    invocation = { kind: 'run', request: requestOf(command, options), output: options.output };
  });
  for (const part of [program, ...program.commands]) {
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

interface Options {
  readonly file?: string;
  readonly planHash?: string;
  readonly output: OutputFormat;
  readonly kubeconfig?: string;
  readonly verbose?: boolean;
}

function makeProgram(version: string, onCommand: (command: Command, options: Options) => void): Program {
  const program = new Program('kubestair')
    .description('Upgrades Kubernetes one minor at a time, with a way back.')
    .usage('<command> -f <path> [flags]')
    .version(version, '--version', 'Print the version.')
    .helpOption('-h, --help', 'Print help.')
    .helpCommand('help [command]', 'Print help for a command.')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', programEpilogue());
  for (const name of COMMAND_NAMES) {
    const command = program
      .command(name)
      .summary(COMMANDS[name].about)
      .description(COMMANDS[name].long)
      .usage('-f <path> [flags]')
      .helpOption('-h, --help', 'Print help.')
      .allowExcessArguments(false)
      .addHelpText('after', commandEpilogue(name))
      .action((options: Options) => onCommand(name, options));
    for (const setting of flagsOf(name)) command.addOption(optionOf(setting));
  }
  return program;
}

function flagsOf(command: Command): readonly Setting[] {
  const settings: readonly Setting[] = Object.values(SETTINGS);
  return settings.filter((setting) => setting.flag !== undefined && appliesTo(setting, command));
}

function optionOf(setting: Setting): Option {
  const short = setting.short === undefined ? '' : `-${setting.short}, `;
  const value = setting.type === 'boolean' ? '' : ` <${setting.placeholder}>`;
  const about = setting.about.replaceAll('`', '');
  const option = new Option(`${short}--${setting.flag}${value}`, about);
  if (setting.type === 'choice') {
    // Own parser: `choices()` would repeat in the help what the description says already.
    option.argParser((text: string) => readChoice(setting.flag ?? '', setting.choices, text));
  }
  if (setting.type !== 'boolean' && setting.default !== undefined) option.default(setting.default);
  return option;
}

function readChoice(flag: string, choices: readonly string[], text: string): string {
  if (choices.includes(text)) return text;
  throw invalid(`--${flag} "${text}" is not known.`, `Use one of: ${choices.join(', ')}.`);
}

function requestOf(command: Command, options: Options): Request {
  const raw = {
    file: options.file,
    planHash: options.planHash,
    verbose: options.verbose ?? false,
    access: options.kubeconfig === undefined ? {} : { kubeconfigFile: options.kubeconfig },
  };
  return makeRequest(command, raw, (setting) => `--${SETTINGS[setting].flag}`);
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
  const examples: Readonly<Record<Command, readonly string[]>> = {
    plan: [
      'kubestair plan -f clusters/prod.yaml',
      'kubestair plan -f clusters/prod.yaml --output json | jq -r .plan.hash',
    ],
    backup: ['kubestair backup -f clusters/prod.yaml'],
    upgrade: [
      'kubestair upgrade -f clusters/prod.yaml',
      'kubestair upgrade -f clusters/prod.yaml --plan-hash <hash of the approved plan>',
    ],
    status: ['kubestair status -f clusters/prod.yaml'],
  };
  return `\nExamples:\n${examples[command].map((line) => `  ${line}`).join('\n')}\n`;
}
