import { placeOf, refusals } from '../settings.ts';
import type { Check } from './check.ts';

/** A program that is given a flag it does not know ends at once. */
export const componentFlags: Check = {
  id: 'component-flags',
  about: 'Every component knows the flags that it will be started with.',
  severity: 'blocking',
  evidence:
    "The kubelet's unit with its drop-ins and the variables that they name, on every host; extraArgs in kubeadm's ClusterConfiguration, etcd's included.",
  remedy: 'Take the flag out where the finding says it is written.',
  mandatory: true,
  find: (input) =>
    refusals('flag', input).map(({ setting, object, program }) => ({
      severity: 'blocking',
      object,
      message: `starts with --${setting.name} (${placeOf(setting)}), which ${program} does not know: it would not start`,
      remedy: `Take --${setting.name} out of ${placeOf(setting)}.`,
    })),
};
