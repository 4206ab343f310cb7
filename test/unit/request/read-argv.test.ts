import { expect, test } from 'vitest';
import {
  COMMAND_NAMES,
  COMMANDS,
  type Command,
  type CommandDoc,
} from '../../../src/request/contract/commands.ts';
import type { Setting } from '../../../src/request/contract/setting.ts';
import { SETTINGS } from '../../../src/request/contract/settings.ts';
import { readArgv, wantsJson } from '../../../src/request/read-argv.ts';

function read(line: string) {
  return readArgv(
    line.split(' ').filter((word) => word !== ''),
    '1.2.3',
  );
}

const wordsOf = (name: Command): readonly string[] => {
  const doc: CommandDoc = COMMANDS[name];
  return doc.words ?? [name];
};

test('reads a command line', () => {
  expect(read('upgrade -f clusters/prod.yaml -o json --kubeconfig k -v')).toEqual({
    kind: 'run',
    output: 'json',
    request: {
      command: 'upgrade',
      file: 'clusters/prod.yaml',
      verbose: true,
      access: { kubeconfigFile: 'k' },
    },
  });
});

test('text is the output where none is asked for', () => {
  expect(read('plan --file a.yaml')).toMatchObject({ output: 'text', request: { verbose: false } });
});

test.each([
  ['plam', "Unknown command 'plam'", 'Did you mean plan?'],
  ['plan --fil a', "Unknown option '--fil'", 'Did you mean --file?'],
  ['plan', '--file is missing', 'clusters/prod.yaml'],
  ['plan -f', 'argument missing', 'kubestair plan --help'],
  ['plan -f a b', 'Too many arguments', 'kubestair plan --help'],
  ['plan -f a -o yaml', '--output "yaml" is not known', 'text, json, markdown'],
  ['upgrade -f a --plan-hash latest', '64 hexadecimal digits', 'Copy it'],
  ['plan -f a --plan-hash x', "Unknown option '--plan-hash'", 'kubestair plan --help'],
  ['help frobnicate', "Unknown command 'frobnicate'", 'kubestair --help'],
])('refuses "%s"', (line, message, next) => {
  expect(() => read(line)).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
      next: expect.stringContaining(next),
    }),
  );
});

test.each(['', '--help', '-h', 'help'])('"%s" is the help, with all commands and exit codes', (line) => {
  const help = read(line);
  if (help.kind !== 'text') throw new Error('no help');
  for (const command of COMMAND_NAMES)
    expect(help.text).toMatch(new RegExp(`^ {2}${wordsOf(command)[0]} `, 'm'));
  for (const code of ['0', '1', '2', '3', '4'])
    expect(help.text).toMatch(new RegExp(`^ {2}${code} {2}\\w`, 'm'));
});

test.each(COMMAND_NAMES)('the help of %s has its flags and no others', (command) => {
  const help = read(`${wordsOf(command).join(' ')} --help`);
  if (help.kind !== 'text') throw new Error('no help');
  const settings: readonly Setting[] = Object.values(SETTINGS);
  for (const { flag, commands } of settings) {
    if (flag === undefined) continue;
    const applies = commands === undefined || commands.includes(command);
    expect(help.text.includes(`--${flag} `), flag).toBe(applies);
  }
});

test('--version is the bare version', () => {
  expect(read('--version')).toEqual({ kind: 'text', text: '1.2.3\n' });
});

test.each([
  ['plan -o json', true],
  ['plan --output json', true],
  ['plan --output=json', true],
  ['plan -ojson', true],
  ['plan -f json', false],
  ['plan -o text', false],
])('whether "%s" wants JSON', (line, expected) => {
  expect(wantsJson(line.split(' '))).toBe(expected);
});
