import type { CustomResourceObservation } from '../../cluster/extensions.ts';
import type { Finding } from '../plan.ts';
import type { Check } from './check.ts';

/**
 * Custom resources that only a webhook can turn into another version are unreadable while it does not answer: they are missing from the
 * backup, and whoever watches all kinds waits for them. Source: kubernetes.io, "Versions in CustomResourceDefinitions".
 */
export const conversionWebhooks: Check = {
  id: 'conversion-webhooks',
  about: 'The webhooks that convert custom resources between versions have somebody who answers.',
  severity: 'blocking',
  evidence:
    'The conversion of each CustomResourceDefinition, and the endpoints of the Service that it names.',
  remedy: 'Bring the webhook back, or delete the definition with its objects if nobody needs them.',
  find: ({ observation: { extensions }, now }) =>
    extensions.known ? extensions.value.customResources.flatMap((each) => judge(each, now)) : [],
};

function judge(definition: CustomResourceObservation, now: Date): readonly Omit<Finding, 'check'>[] {
  const { crd, conversion, served, stored } = definition;
  if (conversion === undefined || new Set([...served, ...stored]).size < 2) return [];
  const object = `CustomResourceDefinition/${crd}`;
  const { backend, caExpiresAt } = conversion;
  const unreadable = `its objects cannot be read as ${served.join(' or ')} where they are stored otherwise`;
  if (caExpiresAt !== undefined && Date.parse(caExpiresAt) <= now.getTime()) {
    return [
      {
        severity: 'blocking',
        object,
        message: `its conversion trusts an authority that expired on ${caExpiresAt.slice(0, 10)}: ${unreadable}`,
        remedy: `Renew spec.conversion.webhook.clientConfig.caBundle of ${crd}.`,
      },
    ];
  }
  if (backend === undefined) return [];
  if (!backend.known) {
    return [
      {
        severity: 'unknown',
        object,
        message: `whether anybody answers for its conversion is not known: ${backend.reason}`,
        remedy: backend.next ?? 'Look at the endpoints of its Service.',
      },
    ];
  }
  if (backend.value.ready > 0) return [];
  const [namespace = '', name = ''] = backend.value.service.split('/');
  return [
    {
      severity: 'blocking',
      object,
      message: `nobody answers for Service/${backend.value.service}, which converts it: ${unreadable}`,
      remedy: `Bring its pods back (kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}), or kubectl delete crd ${crd} if nobody needs its objects.`,
    },
  ];
}
