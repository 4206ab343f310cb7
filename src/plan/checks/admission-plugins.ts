import { placeOf, refusals } from '../settings.ts';
import type { Check } from './check.ts';

/** An API server that is told to turn on or off a plug-in it does not have ends at once. */
export const admissionPlugins: Check = {
  id: 'admission-plugins',
  about: 'kube-apiserver has the admission plug-ins that it is told to turn on or off.',
  severity: 'blocking',
  evidence: "The API server's extraArgs in kubeadm's ClusterConfiguration.",
  remedy: 'Take the plug-in out of the ClusterConfiguration.',
  mandatory: true,
  find: (input) =>
    refusals('admission-plugin', input).map(({ setting, object, program }) => ({
      severity: 'blocking',
      object,
      message: `names the admission plug-in ${setting.name} (${placeOf(setting)}), which ${program} does not have: it would not start`,
      remedy: `Take ${setting.name} out of ${placeOf(setting)}.`,
    })),
};
