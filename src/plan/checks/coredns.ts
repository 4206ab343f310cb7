import type { DnsObservation } from '../../cluster/extensions.ts';
import { minorOf } from '../../cluster/version.ts';
import { dnsOf, refusedBy, stepsBetween } from '../corefile-table.ts';
import type { Finding, Hop } from '../plan.ts';
import type { Check } from './check.ts';

type Found = Omit<Finding, 'check'>;

const COREFILE = 'ConfigMap/kube-system/coredns';
const DEPLOYMENT = 'Deployment/kube-system/coredns';

/** Names of kubeadm's preflight checks (phases/upgrade/preflight.go, RunCoreDNSMigrationCheck). */
const MIGRATION = 'CoreDNSMigration';
const PLUGINS = 'CoreDNSUnsupportedPlugins';

/** kubeadm refuses to begin where it cannot carry the Corefile over. */
export const coreDns: Check = {
  id: 'coredns',
  about: 'kubeadm can carry the Corefile over to the CoreDNS of every hop.',
  severity: 'blocking',
  evidence:
    'The Corefile and the image of CoreDNS, against the versions and plugins that kubeadm knows. Reviewed up to Kubernetes 1.37.',
  remedy: `Look up whether the newer CoreDNS takes the plugin as it is, then add \`${PLUGINS}\` to \`spec.kubeadm.ignorePreflightErrors\`.`,
  find: ({ observation: { extensions }, hops, config }) => {
    if (!extensions.known) return [];
    const { dns } = extensions.value;
    const ignored = new Set(config.kubeadm.ignorePreflightErrors.map((name) => name.toLowerCase()));
    if (!dns.known) {
      const remedy = dns.next ?? 'Leave one Deployment with the label k8s-app=kube-dns in kube-system.';
      return [
        {
          severity: 'unknown',
          object: COREFILE,
          message: `CoreDNS could not be read: ${dns.reason}`,
          remedy,
        },
      ];
    }
    return hopFindings(dns.value, hops).map(({ preflight, ...finding }) =>
      ignored.has(preflight.toLowerCase())
        ? {
            ...finding,
            severity: 'warning',
            remedy: 'Nothing to do: spec.kubeadm.ignorePreflightErrors lets it pass.',
          }
        : finding,
    );
  },
};

type OfPreflight = Found & { readonly preflight: string };

/** The first hop that something is wrong with; what comes after depends on it. */
function hopFindings(dns: DnsObservation | undefined, hops: readonly Hop[]): readonly OfPreflight[] {
  let from = dns?.version ?? '';
  for (const hop of hops) {
    const to = dnsOf(minorOf(hop.to));
    if (to === undefined) return [];
    if (from === to) continue;
    const steps = stepsBetween(from, to);
    if (steps === undefined) return [notMigrated(dns, from, to, hop)];
    const refused = (dns?.plugins ?? []).flatMap((plugin) => refusedBy(plugin, steps));
    if (refused.length > 0) return [notKnown([...new Set(refused)], to, hop)];
    from = to;
  }
  return [];
}

function notMigrated(dns: DnsObservation | undefined, from: string, to: string, hop: Hop): OfPreflight {
  return {
    preflight: MIGRATION,
    severity: 'blocking',
    object: DEPLOYMENT,
    message:
      dns === undefined
        ? `there is no CoreDNS as kubeadm sets it up, and kubeadm ${hop.to} does not begin without it`
        : `runs CoreDNS ${from || 'of no known version'}, which kubeadm ${hop.to} does not know how to bring to ${to}`,
    remedy:
      dns === undefined
        ? `Add ${MIGRATION} and ${PLUGINS} to spec.kubeadm.ignorePreflightErrors, where another DNS is meant to stay.`
        : `Set the image to CoreDNS ${to} or an older release of kubeadm's, or add ${MIGRATION} to spec.kubeadm.ignorePreflightErrors: CoreDNS is then left as it is.`,
  };
}

function notKnown(names: readonly string[], to: string, hop: Hop): OfPreflight {
  return {
    preflight: PLUGINS,
    severity: 'blocking',
    object: COREFILE,
    message: `uses ${names.join(', ')}, which kubeadm ${hop.to} does not know how to carry over to CoreDNS ${to}`,
    remedy: `Look up in the release notes of CoreDNS ${to} whether it still takes that as it is, then add ${PLUGINS} to spec.kubeadm.ignorePreflightErrors.`,
  };
}
