import type { Backend, CustomResourceObservation } from '../../cluster/extensions.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

type Found = Omit<Finding, 'check'>;

/** Objects whose conversion fails can be neither listed nor backed up, and block the garbage collector. */
export const conversionWebhooks: Check = {
  id: 'conversion-webhooks',
  about: 'Webhooks that convert custom resources between versions have somebody who answers.',
  severity: 'blocking',
  evidence: 'CustomResourceDefinitions, and the endpoints of the Services that their conversion names.',
  remedy: 'Bring the webhook back, or serve a single version.',
  find: ({ observation: { extensions } }) =>
    extensions.known ? extensions.value.customResources.flatMap(judgeConversion) : [],
};

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

function judgeConversion(resource: CustomResourceObservation): readonly Found[] {
  const { crd, conversion } = resource;
  if (conversion === undefined || !converts(resource)) return [];
  const object = `CustomResourceDefinition/${crd}`;
  if (!conversion.known) {
    const remedy = conversion.next ?? 'Look at the endpoints of its Service.';
    return [
      {
        severity: 'unknown',
        object,
        message: `whether anybody converts it is not known: ${conversion.reason}`,
        remedy,
      },
    ];
  }
  if (conversion.value.ready > 0) return [];
  return [
    {
      severity: 'blocking',
      object,
      message: `its objects cannot be read: nobody answers for Service/${conversion.value.service}, which converts between ${resource.served.join(', ')}`,
      remedy: remedyFor(conversion.value),
    },
  ];
}

/** Objects of one version alone are never converted. */
function converts({ served, stored, storage }: CustomResourceObservation): boolean {
  return new Set([...served, ...stored, storage]).size > 1;
}

function remedyFor({ service }: Backend): string {
  const [namespace = '', name = ''] = service.split('/');
  return `Bring its pods back: kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}`;
}

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
