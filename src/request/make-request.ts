import { DURATION } from '../config/duration.ts';
import { KubestairError } from '../errors.ts';
import { COMMAND_NAMES, type Command } from './contract/commands.ts';
import { appliesTo, type Setting } from './contract/setting.ts';
import { SETTINGS } from './contract/settings.ts';
import {
  type AccessOverrides,
  COMMON_SETTINGS,
  type RawValue,
  type Request,
  type SettingName,
} from './request.ts';

/** The settings of a request before they are checked. */
export interface RawRequest {
  readonly values: Readonly<Partial<Record<SettingName, RawValue>>>;
  readonly access: AccessOverrides;
}

/** How the reader of a message knows a setting, for example `--plan-hash`. */
export type CalledBy = (setting: Setting) => string;

const COMMON: ReadonlySet<string> = new Set(COMMON_SETTINGS);

/**
 * Checks what inputs and flags have in common and builds the request.
 * @throws KubestairError INPUT_INVALID
 */
export function makeRequest(command: Command, { values, access }: RawRequest, called: CalledBy): Request {
  const own: Record<string, string | true | readonly string[]> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const value = given(values[name as SettingName]);
    if (value === undefined) {
      const replaced =
        setting.unless !== undefined && given(values[setting.unless as SettingName]) !== undefined;
      if (setting.required && !replaced && appliesTo(setting, command)) throw missing(setting, called);
      continue;
    }
    if (COMMON.has(name) && name !== 'file') continue;
    if (!appliesTo(setting, command)) throw meaningless(setting, command, called);
    checkForm(setting, value, called);
    own[name] = value;
  }
  // The table that declares the settings is also what the types of requests are made from.
  return { command, file: '', verbose: values.verbose === true, access, ...own } as unknown as Request;
}

/** @throws KubestairError INPUT_INVALID */
export function readCommand(text: string, called: string): Command {
  const command = COMMAND_NAMES.find((name) => name === text);
  if (command !== undefined) return command;
  const what = text === '' ? `${called} is missing.` : `${called} "${text}" is not a command.`;
  throw invalid(what, `Use one of: ${COMMAND_NAMES.join(', ')}.`);
}

export function invalid(message: string, next: string): KubestairError {
  return new KubestairError('INPUT_INVALID', message, { next });
}

/** Values of a list: on lines or between commas. */
export function splitList(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function given(value: RawValue): string | true | readonly string[] | undefined {
  if (value === undefined || value === false || value.valueOf() === '') return undefined;
  return Array.isArray(value) && value.length === 0
    ? undefined
    : (value as string | true | readonly string[]);
}

function missing(setting: Setting, called: CalledBy): KubestairError {
  return invalid(`${called(setting)} is missing.`, `It is needed: ${setting.about.replaceAll('`', '')}`);
}

function meaningless(setting: Setting, command: Command, called: CalledBy): KubestairError {
  const commands = setting.commands?.join(', ') ?? '';
  return invalid(`${called(setting)} means nothing to ${command}.`, `Give it to ${commands} only.`);
}

function checkForm(setting: Setting, value: string | true | readonly string[], called: CalledBy): void {
  if (setting.type === 'hash' && !/^[0-9a-f]{64}$/.test(String(value))) {
    throw invalid(
      `${called(setting)} is not a plan's hash: 64 hexadecimal digits are expected.`,
      'Copy it from the end of the plan, or from the output plan-hash.',
    );
  }
  if (setting.type === 'duration' && !DURATION.test(String(value))) {
    throw invalid(`${called(setting)} "${value}" is not a duration.`, 'Write it as 30s, 10m or 1h30m.');
  }
  if (setting.type === 'choice' && !setting.choices.includes(String(value))) {
    throw invalid(
      `${called(setting)} "${value}" is not known.`,
      `Use one of: ${setting.choices.join(', ')}.`,
    );
  }
}
