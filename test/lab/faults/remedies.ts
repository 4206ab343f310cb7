import type { Finding } from '../../../src/plan/plan.ts';
import { attempt, lastWords, run } from '../command.ts';
import { LabError } from '../errors.ts';
import { kubectlCommand } from '../kubectl.ts';
import { onHost } from '../ssh.ts';
import type { ClusterFileChange, TestLab } from '../support/test-lab.ts';
import type { Fault } from './fault.ts';

type Remedy = NonNullable<Fault['remedy']>;

/** Runs the kubectl command that a remedy prints, from the first `kubectl` to the end of its sentence. */
export const kubectlOfRemedy: Remedy = async (lab, { remedy }) => {
  const command = /kubectl .*?(?=\.?$|, or | if nobody|; )/m.exec(remedy)?.[0];
  if (command === undefined) throw new Error(`prints no kubectl command: ${remedy}`);
  await inShell(lab, command);
  return undefined;
};

/** Runs a command on a host that the remedy must print to the letter. */
export function onHostAsSaid(host: string, command: string): Remedy {
  return async (lab, finding) => {
    expectSaid(finding, command);
    await onHost(lab.state, host, command);
    return undefined;
  };
}

/** Does by other means what the remedy asks for in words, which it must say to the letter. */
export function asSaid(words: string, carryOut: (lab: TestLab) => Promise<unknown>): Remedy {
  return async (lab, finding) => {
    expectSaid(finding, words);
    await carryOut(lab);
    return undefined;
  };
}

/** Writes what the remedy says into the cluster file. */
export function inFileAsSaid(words: string, change: ClusterFileChange): Remedy {
  return async (_lab, finding) => {
    expectSaid(finding, words);
    return change;
  };
}

/** An API server that takes up a renewed certificate closes its connections to kubelets once. */
const CLOSED = 'use of closed network connection';

/** Runs a command line of a user whose kubectl leads to the lab. */
export async function inShell(lab: TestLab, command: string): Promise<string> {
  const { command: kubectl, env } = kubectlCommand(lab.state);
  const script = `kubectl() { "${kubectl}" "$@"; }\n${command}`;
  const result = await attempt('bash', ['-euo', 'pipefail', '-c', script], { env });
  if (result.code === 0) return result.stdout;
  if (result.stderr.includes(CLOSED)) return await run('bash', ['-euo', 'pipefail', '-c', script], { env });
  throw new LabError(`${command}: ${lastWords(result)}`);
}

function expectSaid({ remedy }: Finding, words: string): void {
  if (!remedy.includes(words)) throw new Error(`the remedy does not say "${words}": ${remedy}`);
}
