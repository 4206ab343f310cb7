import { placeOf, refusals } from '../settings.ts';
import type { Check } from './check.ts';

/** An API server that is told of an API version it was not built with ends at once (apiserver pkg/server/resourceconfig). */
export const runtimeConfig: Check = {
  id: 'runtime-config',
  about: 'kube-apiserver has the API versions that --runtime-config names.',
  severity: 'blocking',
  evidence: "The API server's extraArgs in kubeadm's ClusterConfiguration.",
  remedy: 'Take the version out of the ClusterConfiguration.',
  mandatory: true,
  find: (input) =>
    refusals('runtime-version', input).map(({ setting, object, program }) => ({
      severity: 'blocking',
      object,
      message: `names ${setting.name} in runtime-config (${placeOf(setting)}), which ${program} does not have: it would not start`,
      remedy: `Take ${setting.name} out of ${placeOf(setting)}, and of the API server's --runtime-config.`,
    })),
};
