import type { Evidence, HelmRelease } from '../../cluster/evidence.ts';
import type { Unknown } from '../../cluster/known.ts';
import type { Finding } from '../plan.ts';
import { type Check, type CheckInput, isLookedAt } from './check.ts';

type Told = Omit<Finding, 'check'>;

/** An API server that has counted for less has met few of its clients. */
const FEW_SECONDS = 24 * 60 * 60;

/** What removed-apis judges could be read. */
export const apiEvidence: Check = {
  id: 'api-evidence',
  about: 'Everything that tells of the use of removed APIs could be read.',
  severity: 'unknown',
  evidence: 'The outcome of each look that removed-apis takes.',
  remedy: 'Make it readable, or look at it yourself and accept the finding.',
  find: (input) => {
    const { evidence } = input.observation;
    if (!evidence.known) return [unread('cluster', 'its use of removed APIs is not known', evidence)];
    return [
      ...servedFindings(evidence.value),
      ...requestFindings(evidence.value, input),
      ...objectFindings(evidence.value),
      ...helmFindings(evidence.value),
      ...manifestFindings(evidence.value),
    ];
  },
};

function servedFindings({ served }: Evidence): readonly Told[] {
  if (served.known) return [];
  return [
    unread(
      'apiservices.apiregistration.k8s.io',
      'which API versions are served could not be read',
      served,
      'Let kubectl get apiservices work, and plan again.',
    ),
  ];
}

function requestFindings({ requests }: Evidence, input: CheckInput): readonly Told[] {
  const unknown = requests.flatMap(({ node, found }) =>
    found.known || !isLookedAt(node, input)
      ? []
      : [
          unread(
            `Node/${node}`,
            'the metrics of its API server could not be read',
            found,
            `Look at the API server of ${node}: its metrics are asked for on the host itself, with the certificate that kubeadm made for it.`,
          ),
        ],
  );
  const young = requests.flatMap(({ node, found }) =>
    found.known && found.value.upSeconds < FEW_SECONDS
      ? [`${node} (${roundHours(found.value.upSeconds)})`]
      : [],
  );
  if (young.length === 0) return unknown;
  return [
    ...unknown,
    {
      severity: 'info',
      object: 'API servers',
      message: `count requests since they started, less than a day ago: ${young.join(', ')}`,
      remedy: 'Plan again when they have met all of their clients.',
    },
  ];
}

function objectFindings({ objects }: Evidence): readonly Told[] {
  return objects.flatMap(({ resource, found }): readonly Told[] => {
    if (!found.known) {
      return [
        unread(
          resource,
          'who wrote them could not be read',
          found,
          `Let kubectl get ${resource} work, and plan again.`,
        ),
      ];
    }
    const { more } = found.value;
    if (more === 0) return [];
    const message = `has ${more} more objects that were written through a version with a release to go with`;
    return [
      {
        severity: 'info',
        object: resource,
        message,
        remedy: 'Mend what wrote those that are named, and plan again.',
      },
    ];
  });
}

function helmFindings({ releases }: Evidence): readonly Told[] {
  return releases.flatMap(({ resource, found }) =>
    found.known
      ? found.value.flatMap(releaseFindings)
      : [
          unread(
            resource,
            "Helm's releases in them could not be read",
            found,
            `Let Kubestair list ${resource}.`,
          ),
        ],
  );
}

function releaseFindings({ namespace, name, revision, objects }: HelmRelease): readonly Told[] {
  if (objects.known) return [];
  const remedy = `Look at it with helm -n ${namespace} get manifest ${name}.`;
  return [
    unread(`Helm release ${namespace}/${name}`, `revision ${revision} could not be read`, objects, remedy),
  ];
}

function manifestFindings({ manifests }: Evidence): readonly Told[] {
  return [
    ...manifests.unread.map(({ place, reason }): Told => {
      const remedy = 'Correct spec.manifests in the cluster file, or the file.';
      return { severity: 'unknown', object: place, message: `could not be read: ${reason}`, remedy };
    }),
    ...manifests.templates.map(({ api, location }): Told => {
      const message = `names ${api}, but is not YAML by itself: perhaps a template`;
      const remedy = 'Look at what it is rendered to.';
      return { severity: 'info', object: location.file, message, remedy, location };
    }),
  ];
}

function unread(object: string, what: string, { reason, next, code }: Unknown, remedy?: string): Told {
  return {
    ...{ severity: 'unknown', object, message: `${what}: ${reason}` },
    remedy: next ?? remedy ?? 'Plan again.',
    ...(code !== undefined && { code }),
  };
}

function roundHours(seconds: number): string {
  return seconds < 2 * 60 * 60 ? `${Math.round(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
