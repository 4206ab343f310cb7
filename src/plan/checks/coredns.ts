import type { DnsObservation } from '../../cluster/extensions.ts';
import { minorOf } from '../../cluster/version.ts';
import { canMigrate, unsupported } from '../../tables/coredns.ts';
import { COREDNS_OF_MINOR } from '../../tables/data/coredns.ts';
import type { Finding, Hop, Severity } from '../plan.ts';
import type { Check, CheckInput } from './check.ts';

type Found = Omit<Finding, 'check'>;

const COREFILE = 'ConfigMap/kube-system/coredns';

/**
 * `kubeadm upgrade apply` stops in its preflight where it cannot migrate the Corefile.
 * Source: cmd/kubeadm/app/phases/upgrade/preflight.go, CoreDNSUnsupportedPlugins and CoreDNSMigration.
 */
export const coredns: Check = {
  id: 'coredns',
  about: "kubeadm knows how to bring the cluster's CoreDNS and its Corefile to the version of each hop.",
  severity: 'blocking',
  evidence:
    'The Corefile, the image of CoreDNS, and a table made of the library by which kubeadm migrates Corefiles.',
  remedy:
    'Take the plugin out, or verify it against the newer CoreDNS and name `CoreDNSUnsupportedPlugins` in `spec.kubeadm.ignorePreflightErrors`.',
  find: (input) => {
    const { extensions } = input.observation;
    if (!extensions.known) return [];
    const { dns } = extensions.value;
    if (!dns.known) {
      return [
        {
          severity: 'unknown',
          object: COREFILE,
          message: `could not be read: ${dns.reason}`,
          remedy: dns.next ?? 'Make it readable, and plan again.',
        },
      ];
    }
    return findingOf(dns.value, input);
  },
};

function findingOf(dns: DnsObservation | undefined, { hops, config }: CheckInput): readonly Found[] {
  const ignored = (name: string): Severity =>
    config.kubeadm.ignorePreflightErrors.some((each) => each.toLowerCase() === name.toLowerCase())
      ? 'warning'
      : 'blocking';
  const { versions = [], plugins = [] } = dns ?? {};
  const [from = '', another] = versions;
  if (another !== undefined) {
    return [
      {
        severity: ignored('CoreDNSMigration'),
        object: 'Deployment/kube-system',
        message: `has several with the label k8s-app=kube-dns (CoreDNS ${versions.join(', ')}), and kubeadm upgrades none then`,
        remedy:
          'Let one Deployment alone have that label: kubectl -n kube-system get deployments -l k8s-app=kube-dns',
      },
    ];
  }
  const ways = waysOf(hops, from);
  const unknownWay = ways.find((way) => !canMigrate(way.from, way.to));
  if (unknownWay !== undefined) {
    const runs = from === '' ? 'no CoreDNS is found' : `CoreDNS ${unknownWay.from} runs`;
    return [
      {
        severity: ignored('CoreDNSMigration'),
        object: COREFILE,
        message: `${runs}, and kubeadm cannot migrate that to ${unknownWay.to}: its preflight fails`,
        remedy:
          'If somebody else takes care of DNS, name CoreDNSMigration and CoreDNSUnsupportedPlugins in spec.kubeadm.ignorePreflightErrors; else bring the Deployment coredns back to the release of kubeadm.',
      },
    ];
  }
  const names = [...new Set(ways.flatMap((way) => unsupported(way.from, way.to, plugins)))];
  if (names.length === 0) return [];
  return [
    {
      severity: ignored('CoreDNSUnsupportedPlugins'),
      object: COREFILE,
      message: `has what kubeadm does not know how to migrate: ${names.join(', ')}`,
      remedy:
        'Take it out of the Corefile (kubectl -n kube-system edit configmap coredns); or, where the newer CoreDNS has it, name CoreDNSUnsupportedPlugins in spec.kubeadm.ignorePreflightErrors.',
    },
  ];
}

/** From release to release, hop by hop; a hop that brings none, or what runs already, is left out. */
function waysOf(
  hops: readonly Hop[],
  from: string,
): readonly { readonly from: string; readonly to: string }[] {
  let at = from;
  return hops.flatMap((hop) => {
    const to = COREDNS_OF_MINOR[minorOf(hop.to)];
    if (to === undefined || to === at) return [];
    const way = { from: at, to };
    at = to;
    return [way];
  });
}
