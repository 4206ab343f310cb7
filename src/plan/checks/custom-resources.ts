import type { CustomResourceObservation } from '../../cluster/extensions.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

type Found = Omit<Finding, 'check'>;

/** A version that objects are stored as and that nobody serves any more is in the way of the next change of the definition. */
export const storedVersions: Check = {
  id: 'stored-versions',
  about: 'Custom resources are established, and stored in versions that are served.',
  severity: 'warning',
  evidence: 'The versions and the status of CustomResourceDefinitions.',
  remedy: 'Rewrite the objects, then take the old version out of status.storedVersions.',
  find: ({ observation: { extensions } }) =>
    extensions.known ? extensions.value.customResources.flatMap(judgeStored) : [],
};

function judgeStored({ crd, established, served, stored }: CustomResourceObservation): readonly Found[] {
  const object = `CustomResourceDefinition/${crd}`;
  if (!established) {
    const remedy = `Look at its conditions: kubectl describe crd ${crd}`;
    return [
      { severity: 'warning', object, message: 'is not established: its objects are not served', remedy },
    ];
  }
  const unserved = stored.filter((version) => !served.includes(version));
  if (unserved.length === 0) return [];
  return [
    {
      severity: 'warning',
      object,
      message: `may hold objects stored as ${unserved.join(', ')}, which ${unserved.length === 1 ? 'is' : 'are'} not served any more`,
      remedy: `Rewrite them (kubectl get ${crd} -A -o json | kubectl replace -f -), then set status.storedVersions without ${unserved.join(', ')}.`,
    },
  ];
}
