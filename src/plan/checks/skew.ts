import { componentsOf, componentsOfNode } from '../../cluster/components.ts';
import type { Observation } from '../../cluster/observation.ts';
import { type SkewProblem, skewProblems } from '../../cluster/skew.ts';
import type { Finding, Step } from '../plan.ts';
import { advance } from '../project.ts';
import type { Check } from './check.ts';

/** The version skew policy holds now and after each step, so that a run may stop anywhere. */
export const versionSkew: Check = {
  id: 'version-skew',
  about: 'The version skew policy of Kubernetes holds now and after every step of the plan.',
  severity: 'blocking',
  evidence: 'The versions of all components, now and as each step of the plan leaves them.',
  remedy: 'Bring the component to a version that the policy allows before the upgrade.',
  mandatory: true,
  find: ({ observation, steps }) => {
    const now = skewProblems(componentsOf(observation));
    const seen = new Set(now.map(keyOf));
    const findings = now.map((problem) => asFinding(problem, 'now'));
    let state = observation;
    for (const step of steps) {
      state = advance(state, step);
      const fresh = problemsAfter(step, state).filter((problem) => !seen.has(keyOf(problem)));
      for (const problem of fresh) seen.add(keyOf(problem));
      findings.push(...fresh.map((problem) => asFinding(problem, step.id)));
    }
    return findings;
  },
};

/** Only what a step can have changed: a cluster has thousands of steps, and each would look at every component. */
function problemsAfter(step: Step, state: Observation): readonly SkewProblem[] {
  if (step.kind === 'control-plane') return skewProblems(componentsOf(state));
  if (step.kind !== 'kubelet') return [];
  const concerned = state.nodes.filter(({ role, name }) => role === 'control-plane' || name === step.node);
  const components = concerned.flatMap(componentsOfNode);
  return skewProblems(components.filter(({ kind, node }) => kind === 'kube-apiserver' || node === step.node));
}

function keyOf({ rule, object }: SkewProblem): string {
  return `${rule} ${object}`;
}

function asFinding({ object, message }: SkewProblem, when: string): Omit<Finding, 'check'> {
  if (when === 'now') {
    const remedy = 'Bring it to a version that the policy allows before the upgrade.';
    return { severity: 'blocking', object, message, remedy };
  }
  return {
    severity: 'blocking',
    object,
    message: `After the step ${when}: ${message}`,
    remedy:
      'Upgrade it before, or name the version that the control plane has now in spec.via, so that all nodes come to it first.',
  };
}
