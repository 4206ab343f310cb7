import type { Check } from './check.ts';

/** What the API server keeps from Kubestair is unknown, and unknown is no pass. */
export const apiReads: Check = {
  id: 'api-reads',
  about: 'Everything that a plan looks at in the API could be read.',
  severity: 'unknown',
  evidence: "The API server's answers to Kubestair's own requests.",
  remedy: 'Bind the ClusterRole kubestair-plan of docs/rbac.yaml to the user of the kubeconfig.',
  find: ({ observation }) =>
    observation.unread.map(({ resource, reason, next }) => ({
      severity: 'unknown',
      object: resource,
      message: `could not be read: ${reason}`,
      remedy: next,
    })),
};
