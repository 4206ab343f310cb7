import { componentsOf, componentsOfNode } from '../../cluster/components.ts';
import type { Observation } from '../../cluster/observation.ts';
import { type SkewProblem, skewProblems } from '../../cluster/skew.ts';
import type { Finding, Step } from '../plan.ts';
import { statesDuring } from '../project.ts';
import type { Check } from './check.ts';

/**
 * The version skew policy holds now and in every state that the plan passes through, so that a run may stop anywhere. Workers of one
 * batch come in any order: what one of them may run depends on the API servers alone, not on the others.
 */
export const versionSkew: Check = {
  id: 'version-skew',
  about: 'The version skew policy of Kubernetes holds now and in every state that the plan passes through.',
  severity: 'blocking',
  evidence:
    'The versions of every component of every node, now, while each step swaps them and as it leaves them.',
  remedy: 'Bring the component to a version that the policy allows before the upgrade.',
  mandatory: true,
  find: ({ observation, steps }) => {
    const now = skewProblems(componentsOf(observation));
    const seen = new Set(now.map(keyOf));
    const findings = now.map((problem) => asFinding(problem, 'now'));
    let state = observation;
    for (const step of steps) {
      for (const passed of statesDuring(state, step)) {
        state = passed;
        const fresh = problemsAfter(step, state).filter((problem) => !seen.has(keyOf(problem)));
        for (const problem of fresh) seen.add(keyOf(problem));
        findings.push(...fresh.map((problem) => asFinding(problem, step.id)));
      }
    }
    return findings;
  },
};

/** Only what a step can have changed: a cluster has thousands of steps, and each would look at every component. */
function problemsAfter(step: Step, state: Observation): readonly SkewProblem[] {
  if (step.kind === 'control-plane') return skewProblems(componentsOf(state));
  const concerned = state.nodes.filter(({ role, name }) => role === 'control-plane' || name === step.node);
  const components = concerned.flatMap(componentsOfNode);
  return skewProblems(components.filter(({ kind, node }) => kind === 'kube-apiserver' || node === step.node));
}

function keyOf({ rule, object }: SkewProblem): string {
  return `${rule} ${object}`;
}

function asFinding({ rule, object, message }: SkewProblem, when: string): Omit<Finding, 'check'> {
  const told = when === 'now' ? message : `During the step ${when}: ${message}`;
  // kubectl is run by people, who can take another one.
  if (rule === 'kubectl-near') {
    const remedy = 'Until it is upgraded, use a kubectl within one minor of the control plane.';
    return { severity: 'info', object, message: told, remedy };
  }
  const remedy =
    when === 'now'
      ? 'Bring it to a version that the policy allows before the upgrade.'
      : 'Upgrade it before, or name the version that the control plane has now in spec.via, so that all nodes come to it first.';
  return { severity: 'blocking', object, message: told, remedy };
}
