import type { GateCheck } from '../../config/gates.ts';
import { asKubestairError, KubestairError } from '../../errors.ts';
import type { Step } from '../../plan/plan.ts';
import { formatSeconds } from '../../report/units.ts';
import type { StepRunContext } from '../engine.ts';
import { lookByCommand } from './command-look.ts';
import type { Look, UserDeps } from './context.ts';
import { lookByHttp } from './http-look.ts';
import { lookByJob } from './job-look.ts';
import { lookByPrometheus } from './prometheus-look.ts';

const POLL_MILLISECONDS = 5000;

/**
 * Waits until a gate of the cluster file passes, and has gone on passing for as long as it has to. One that fails meanwhile begins anew,
 * as long as there is time.
 * @throws KubestairError GATE_FAILED with the gate's name and what it said last
 */
export async function passGate(
  gate: GateCheck,
  step: Step,
  deps: UserDeps,
  context: StepRunContext,
): Promise<void> {
  const { clock } = deps;
  const { say, signal } = context;
  const deadline = clock.monotonic() + gate.timeoutSeconds * 1000;
  let passesSince: number | undefined;
  for (let number = 1; ; number += 1) {
    const left = Math.max(1, Math.ceil((deadline - clock.monotonic()) / 1000));
    const seconds = passesSince === undefined ? left : gate.timeoutSeconds;
    const look = await lookOnce(gate, step, number, seconds, deps, context);
    const now = clock.monotonic();
    if (look.passes) {
      passesSince ??= now;
      if (now - passesSince >= gate.soakSeconds * 1000) return;
      say(
        `gate ${gate.name} passes: ${look.says}; watched for ${formatSeconds((now - passesSince) / 1000)} of ${formatSeconds(gate.soakSeconds)}`,
      );
    } else {
      passesSince = undefined;
      say(`waiting for the gate ${gate.name}: ${look.says}`);
      if (now >= deadline) throw failed(gate, step, look);
    }
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

async function lookOnce(
  { probe }: GateCheck,
  step: Step,
  number: number,
  seconds: number,
  deps: UserDeps,
  context: StepRunContext,
): Promise<Look> {
  const { signal } = context;
  try {
    switch (probe.kind) {
      case 'command':
        return await lookByCommand(probe.command, step, seconds, deps, context);
      case 'prometheus':
        return await lookByPrometheus(probe, deps.web, signal);
      case 'http':
        return await lookByHttp(probe, deps.web, signal);
      case 'job':
        return await lookByJob(probe, `${step.id} ${number}`, seconds, deps, signal);
    }
  } catch (thrown) {
    signal.throwIfAborted();
    return { passes: false, says: asKubestairError(thrown).message };
  }
}

function failed(gate: GateCheck, step: Step, { says }: Look): KubestairError {
  const of = step.node === undefined ? '' : ` of ${step.node}`;
  return new KubestairError(
    'GATE_FAILED',
    `the gate ${gate.name}${of} did not pass within ${formatSeconds(gate.timeoutSeconds)}: ${says}`,
    {
      object: `gate ${gate.name}`,
      next: 'Mend what it looks at, then run the same command again: it begins with this gate.',
    },
  );
}
