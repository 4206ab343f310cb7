import { placeOf, refusals } from '../settings.ts';
import type { Check } from './check.ts';

/** Kubelet and kube-proxy go on without a field that they do not know, and so without what it was for (pkg/kubelet/kubeletconfig). */
export const configFields: Check = {
  id: 'config-fields',
  about: 'Kubelet and kube-proxy know the fields of their configuration.',
  severity: 'warning',
  evidence: "The ConfigMaps kubelet-config and kube-proxy, and files of the kubelet's --config-dir.",
  remedy: 'Take the field out, or spell it right.',
  find: (input) =>
    refusals('field', input).map(({ setting, object, program }) => ({
      severity: 'warning',
      object,
      message: `has the field ${setting.name} (${placeOf(setting)}), which ${program} does not know and leaves out`,
      remedy: `Take ${setting.name} out of ${placeOf(setting)}, or write it as ${program} knows it.`,
    })),
};
