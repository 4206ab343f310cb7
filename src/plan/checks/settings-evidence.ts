import { type Check, isLookedAt } from './check.ts';

/** What the checks of flags, feature gates and the like judge could be read. */
export const settingsEvidence: Check = {
  id: 'settings-evidence',
  about: 'Everything that components are started with could be read.',
  severity: 'unknown',
  evidence: 'The outcome of each look at the ConfigMaps of kubeadm and at the files of the hosts.',
  remedy: 'Make it readable, and plan again.',
  find: (input) => {
    const { evidence } = input.observation;
    if (!evidence.known) return [];
    const { clusterSettings, hostSettings } = evidence.value;
    const files = clusterSettings.unread.map(({ place, reason }) => ({
      severity: 'unknown' as const,
      object: place,
      message: `could not be read: ${reason}`,
      remedy:
        'Bring it back as kubeadm wrote it: kubeadm init phase upload-config, kubeadm init phase addon.',
    }));
    return [
      ...files,
      ...hostSettings.flatMap(({ node, found }) => {
        const object = `Node/${node}`;
        if (found.known) {
          return found.value.unread.map(({ place, reason }) => ({
            severity: 'unknown' as const,
            object,
            message: `${place} could not be read: ${reason}`,
            remedy: `Look at ${place} on ${node}.`,
          }));
        }
        if (!isLookedAt(node, input)) return [];
        return [
          {
            severity: 'unknown' as const,
            object,
            message: `what its kubelet is started with could not be read: ${found.reason}`,
            remedy: found.next ?? `Look at systemctl cat kubelet on ${node}.`,
          },
        ];
      }),
    ];
  },
};
