import type { Step } from '../../plan/plan.ts';
import type { StepRunContext } from '../engine.ts';
import { environmentOf, type Look, type UserDeps } from './context.ts';

/** Passes with exit code 0. */
export async function lookByCommand(
  command: string,
  step: Step,
  timeoutSeconds: number,
  deps: UserDeps,
  { say, signal }: StepRunContext,
): Promise<Look> {
  const env = environmentOf(step, deps);
  const { exitCode, lines } = await deps.commands.run(command, { env, timeoutSeconds, signal, onLine: say });
  const how = exitCode === undefined ? 'it did not end in time' : `exit code ${exitCode}`;
  return { passes: exitCode === 0, says: [how, ...lines].join('\n') };
}
