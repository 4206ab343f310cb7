import { ERRORS, type ErrorCode, type ErrorKind, type KubestairError } from '../errors.ts';
import type { Command } from '../request/contract/commands.ts';
import type { ExitCode } from '../request/contract/exit-codes.ts';
import type { Outcome, Problem, Result } from './model.ts';

/** How a run ended: with a result, or with an error before there was anything to report on. */
export type Ending = Result | Failure;

export interface Failure {
  readonly command: 'failure';
  /** What was asked for, if that much could be read. */
  readonly asked?: Command;
  readonly outcome: Outcome & { readonly problem: Problem };
}

export function failureOf(error: KubestairError, asked: Command | undefined): Failure {
  return {
    command: 'failure',
    ...(asked !== undefined && { asked }),
    outcome: { state: stateOf(ERRORS[error.code].kind), problem: problemOf(error) },
  };
}

function problemOf(error: KubestairError): Problem {
  return {
    code: error.code,
    message: error.message,
    ...(error.object !== undefined && { object: error.object }),
    ...(error.location !== undefined && { location: error.location }),
    ...(error.evidence.length > 0 && { evidence: error.evidence }),
    ...(error.next !== undefined && { next: error.next }),
  };
}

/**
 * The exit code of an ending. 2 says that nothing was begun: an error of kind bad-input that meets a run at work, for
 * example a host that stops answering, is a failure like any other.
 */
export function exitCodeOf(ending: Ending): ExitCode {
  switch (ending.outcome.state) {
    case 'changed':
    case 'nothing-to-do':
    case 'ready':
      return 0;
    case 'blocked':
      return 3;
    case 'interrupted':
      return 4;
    case 'failed':
      return ending.command === 'failure' && isBadInput(ending.outcome.problem.code) ? 2 : 1;
  }
}

/** The command that an ending is about, if it is known. */
export function commandOf(ending: Ending): Command | undefined {
  return ending.command === 'failure' ? ending.asked : ending.command;
}

function isBadInput(code: ErrorCode): boolean {
  return ERRORS[code].kind === 'bad-input';
}

function stateOf(kind: ErrorKind): Outcome['state'] {
  switch (kind) {
    case 'bad-input':
    case 'failed':
      return 'failed';
    case 'blocked':
      return 'blocked';
    case 'interrupted':
      return 'interrupted';
  }
}
