import { KubestairError } from '../errors.ts';
import { appliesTo, COMMAND_NAMES, type Command, SETTINGS } from './contract.ts';
import type { AccessOverrides, Request } from './request.ts';

/** The settings of a request as text, before they are checked. */
export interface RawRequest {
  readonly file: string | undefined;
  readonly planHash: string | undefined;
  readonly verbose: boolean;
  readonly access: AccessOverrides;
}

/**
 * Checks what inputs and flags have in common and builds the request.
 * @param called how the reader of a message knows a setting, for example `--plan-hash`
 * @throws KubestairError INPUT_INVALID
 */
export function makeRequest(
  command: Command,
  raw: RawRequest,
  called: (setting: 'file' | 'planHash') => string,
): Request {
  if (!raw.file) {
    throw invalid(`${called('file')} is missing.`, 'Name the cluster file, for example clusters/prod.yaml.');
  }
  const common = { file: raw.file, verbose: raw.verbose, access: raw.access };
  if (!raw.planHash) return { command, ...common };
  if (!appliesTo(SETTINGS.planHash, command) || command !== 'upgrade') {
    throw invalid(`${called('planHash')} means nothing to ${command}.`, 'Give it to upgrade only.');
  }
  if (!/^[0-9a-f]{64}$/.test(raw.planHash)) {
    throw invalid(
      `${called('planHash')} is not a plan's hash: 64 hexadecimal digits are expected.`,
      'Copy it from the end of the plan, or from the output plan-hash.',
    );
  }
  return { command, ...common, planHash: raw.planHash };
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
