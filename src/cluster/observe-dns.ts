import type { Kube } from '../ports/kube.ts';
import { getIfThere, listWhole } from './api.ts';
import { corefilePlugins } from './corefile.ts';
import type { DnsObservation } from './extensions.ts';
import { PLAN_GRANTS } from './grants.ts';
import { type Known, known } from './known.ts';
import { readable } from './reads.ts';

interface DnsDeployment {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
}

/**
 * The cluster's DNS, by the ConfigMap and the label that kubeadm looks for.
 * Source: cmd/kubeadm/app/phases/addons/dns/dns.go, GetCoreDNSInfo and DeployedDNSAddon, v1.36.
 */
export async function readDns(kube: Kube, signal?: AbortSignal): Promise<Known<DnsObservation | undefined>> {
  const [map, deployments] = await Promise.all([
    readable(PLAN_GRANTS.corefile, () =>
      getIfThere<{ readonly data?: Readonly<Record<string, string>> }>(
        kube,
        '/api/v1/namespaces/kube-system/configmaps/coredns',
        { signal },
      ),
    ),
    readable(PLAN_GRANTS.dns, () =>
      listWhole<DnsDeployment>(kube, '/apis/apps/v1/namespaces/kube-system/deployments', signal, {
        labelSelector: 'k8s-app=kube-dns',
      }),
    ),
  ]);
  if (!map.known) return map;
  if (!deployments.known) return deployments;
  if (map.value === undefined && deployments.value.length === 0) return known(undefined);
  return known({
    versions: deployments.value.map(({ spec }) => tagOf(spec?.template?.spec?.containers?.[0]?.image ?? '')),
    plugins: corefilePlugins(map.value?.data?.Corefile ?? ''),
  });
}

/** `1.13.1` of `registry.k8s.io/coredns/coredns:v1.13.1`. */
function tagOf(image: string): string {
  const [, tag = ''] = /:v?([^:/@]+)(?:@.*)?$/.exec(image) ?? [];
  return tag;
}
