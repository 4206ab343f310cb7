import type { Kube } from '../ports/kube.ts';
import { getIfThere, listWhole } from './api.ts';
import { pluginsOf } from './corefile.ts';
import type { DnsObservation } from './extensions.ts';
import { PLAN_GRANTS } from './grants.ts';
import { type Known, known, unknown } from './known.ts';
import { tagOf } from './mapping.ts';
import { readable } from './reads.ts';

interface DeploymentObject {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
}

const CONFIG_MAP = '/api/v1/namespaces/kube-system/configmaps/coredns';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/kube-system/deployments';

/** CoreDNS as kubeadm finds it: phases/addons/dns/dns.go, GetCoreDNSInfo and DeployedDNSAddon. */
export async function readDns(kube: Kube, signal?: AbortSignal): Promise<Known<DnsObservation | undefined>> {
  const corefile = await readable(PLAN_GRANTS.corefile, () => readCorefile(kube, signal));
  if (!corefile.known) return corefile;
  const deployments = await readable(PLAN_GRANTS.dnsDeployments, () =>
    listWhole<DeploymentObject>(kube, DEPLOYMENTS, signal, { labelSelector: 'k8s-app=kube-dns' }),
  );
  if (!deployments.known) return deployments;
  const [deployment, second] = deployments.value;
  if (second !== undefined)
    return unknown('several Deployments of kube-system are labelled k8s-app=kube-dns');
  if (deployment === undefined || corefile.value === undefined) return known(undefined);
  const image = deployment.spec?.template?.spec?.containers?.[0]?.image ?? '';
  const version = (tagOf(image) ?? '').replace(/^v+/, '');
  return known({ version, plugins: pluginsOf(corefile.value) });
}

async function readCorefile(kube: Kube, signal?: AbortSignal): Promise<string | undefined> {
  const map = await getIfThere<{ readonly data?: Readonly<Record<string, string>> }>(kube, CONFIG_MAP, {
    signal,
  });
  return map?.data?.Corefile;
}
