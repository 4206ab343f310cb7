import type { CertificateFacts } from '../../cluster/host-facts.ts';
import type { NodeObservation } from '../../cluster/observation.ts';
import type { Check } from './check.ts';
import { type HostFinding, perHost } from './per-host.ts';

const DAY = 24 * 3600 * 1000;
/** A run should be over by then, with a weekend in between. */
const SOON_DAYS = 7;
/** For what no upgrade renews. */
const LATER_DAYS = 30;
const AUTHORITY_DAYS = 180;

/**
 * Who renews a certificate. `kubeadm upgrade` renews those of the components that it changes, so etcd's only where etcd itself
 * changes (phases/upgrade/staticpods.go, renewCertsByComponent; kubeadm#2989). The kubelet rotates its own, but for a serving
 * certificate that it signed itself, which it makes anew when it starts without one.
 */
type Renewal = 'upgrade' | 'etcd' | 'kubelet' | 'nobody';

/** Certificates outlast the upgrade. */
export const certificates: Check = {
  id: 'certificates',
  about: 'Certificates of the control plane, of etcd and of the kubelets outlast the upgrade.',
  severity: 'blocking',
  evidence: 'The certificates in /etc/kubernetes and /var/lib/kubelet/pki on each host, and the date.',
  remedy:
    'Renew with `kubeadm certs renew`, then restart the component; for an authority plan its replacement.',
  find: ({ observation, now }) =>
    perHost(observation, (facts, node) =>
      facts.certificates
        // The authority is the same file on every node, and told of control planes alone.
        .filter(({ authority }) => !authority || node.role === 'control-plane')
        .flatMap((certificate) => judge(certificate, node, now)),
    ),
};

function judge(certificate: CertificateFacts, node: NodeObservation, now: Date): readonly HostFinding[] {
  const { path, expiresAt, authority } = certificate;
  const object = `Node/${node.name}: ${path}`;
  if (expiresAt === undefined) {
    return [
      {
        severity: 'unknown',
        object,
        message: 'holds no certificate that could be read',
        remedy: `Look at it on ${node.name}: openssl x509 -noout -text -in ${path}`,
      },
    ];
  }
  const days = (Date.parse(expiresAt) - now.getTime()) / DAY;
  const day = expiresAt.slice(0, 10);
  const renewal = authority ? 'nobody' : renewalOf(path);
  if (days <= 0) {
    return [
      {
        severity: 'blocking',
        object,
        message: `expired on ${day}`,
        remedy: remedyFor(renewal, path, node.name),
      },
    ];
  }
  const soon = days < SOON_DAYS;
  if (renewal === 'upgrade') {
    if (!soon) return [];
    return [
      {
        severity: 'warning',
        object,
        message: `expires on ${day}, before an upgrade that takes long would come to renew it`,
        remedy: remedyFor(renewal, path, node.name),
      },
    ];
  }
  if (days >= (authority ? AUTHORITY_DAYS : renewal === 'kubelet' ? SOON_DAYS : LATER_DAYS)) return [];
  return [
    {
      severity: 'warning',
      object,
      message: `expires on ${day}, and ${NOT_RENEWED[renewal]}`,
      remedy: remedyFor(renewal, path, node.name),
    },
  ];
}

const NOT_RENEWED: Readonly<Record<Exclude<Renewal, 'upgrade'>, string>> = {
  etcd: 'an upgrade renews it only where it changes etcd',
  kubelet: 'the kubelet, which should have rotated it by now, has not',
  nobody: 'nothing renews it by itself',
};

function renewalOf(path: string): Renewal {
  if (path.includes('/etcd/')) return 'etcd';
  if (path.endsWith('/kubelet.crt')) return 'nobody';
  return path.includes('/kubelet/pki/') ? 'kubelet' : 'upgrade';
}

function remedyFor(renewal: Renewal, path: string, node: string): string {
  switch (renewal) {
    case 'upgrade':
      return `On ${node}: kubeadm certs renew all, then restart the static pods of the control plane.`;
    case 'etcd':
      return `On ${node}: kubeadm certs renew etcd-server, etcd-peer and etcd-healthcheck-client, then restart etcd.`;
    case 'kubelet':
      return `Look at kubectl get csr and at journalctl -u kubelet on ${node}: its requests may wait for approval.`;
    case 'nobody':
      return path.endsWith('/kubelet.crt')
        ? `On ${node}: remove ${path} and its key, then systemctl restart kubelet, which makes them anew.`
        : 'Replace the authority by hand before it ends: kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates.';
  }
}
