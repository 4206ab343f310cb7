import type { Hook } from '../../config/gates.ts';
import { KubestairError } from '../../errors.ts';
import type { Step } from '../../plan/plan.ts';
import type { StepRunContext } from '../engine.ts';
import { environmentOf, type UserDeps } from './context.ts';

/** Runs a hook of the cluster file to its end. @throws KubestairError HOOK_FAILED with its last lines */
export async function runHook(
  hook: Hook,
  step: Step,
  deps: UserDeps,
  { say, signal }: StepRunContext,
): Promise<void> {
  const { name, command, timeoutSeconds } = hook;
  const env = environmentOf(step, deps);
  const { exitCode, lines } = await deps.commands.run(command, { env, timeoutSeconds, signal, onLine: say });
  if (exitCode === 0) return;
  const how =
    exitCode === undefined ? `was not done after ${timeoutSeconds} s` : `ended with exit code ${exitCode}`;
  const words = lines.length === 0 ? '' : `:\n${lines.join('\n')}`;
  throw new KubestairError('HOOK_FAILED', `the hook ${name} ${how}${words}`, {
    object: `hook ${name}${step.node === undefined ? '' : ` of ${step.node}`}`,
    next: 'Mend it, or what it looks for, then run the same command again: the hook is run again, and the rollout goes on from here.',
  });
}
