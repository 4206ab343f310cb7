import { hasGate, placeOf, refusals } from '../settings.ts';
import type { Check } from './check.ts';

/** A component that is given a gate it does not know, or one that is locked, does not start (k8s.io/component-base/featuregate). */
export const featureGates: Check = {
  id: 'feature-gates',
  about: 'Every component takes the feature gates that it will be started with.',
  severity: 'blocking',
  evidence:
    "The kubelet's --feature-gates on every host and those in kubeadm's ClusterConfiguration; featureGates in kubelet-config and kube-proxy, and in files of the kubelet's --config-dir.",
  remedy: 'Take the gate out where the finding says it is written: what it turned on is on without it.',
  mandatory: true,
  find: (input) =>
    refusals('gate', input).map(({ setting, object, program, to }) => {
      const why = hasGate(setting.name, to) ? `has locked ${setting.on ? 'off' : 'on'}` : 'does not know';
      return {
        severity: 'blocking',
        object,
        message: `turns the feature gate ${setting.name} ${setting.on ? 'on' : 'off'} (${placeOf(setting)}), which ${program} ${why}: it would not start`,
        remedy: `Take ${setting.name} out of ${placeOf(setting)}.`,
      };
    }),
};
