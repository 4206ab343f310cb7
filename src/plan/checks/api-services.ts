import type { Check } from './check.ts';

/** A dead aggregated API hides its objects from the backup, and keeps namespaces from being deleted and garbage from being collected. */
export const apiServices: Check = {
  id: 'api-services',
  about: 'Every aggregated API answers.',
  severity: 'blocking',
  evidence: 'The condition Available of each APIService that another server answers for.',
  remedy: 'Bring the server back, or delete the APIService; accepted, the backup counts as whole without it.',
  find: ({ observation: { extensions } }) => {
    if (!extensions.known) return [];
    return extensions.value.apiServices
      .filter(({ aggregated, available }) => aggregated && !available)
      .map(({ service, reason }) => ({
        severity: 'blocking',
        object: `APIService/${service}`,
        message: `is not available (${reason}): its objects are missing from the backup, and namespaces cannot be deleted`,
        remedy: `Bring its server back, or kubectl delete apiservice ${service} if nobody needs it.`,
      }));
  },
};
