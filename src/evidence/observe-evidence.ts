import type { Evidence, ManifestUses } from '../cluster/evidence.ts';
import { PLAN_GRANTS } from '../cluster/grants.ts';
import { known } from '../cluster/known.ts';
import type { NodeObservation } from '../cluster/observation.ts';
import type { Kube } from '../ports/kube.ts';
import type { Provider } from '../providers/provider.ts';
import { attempt } from './attempt.ts';
import { observeHelm } from './observe-helm.ts';
import { observeObjects } from './observe-objects.ts';
import { servedApis } from './served-apis.ts';

export interface EvidenceInput {
  readonly kube: Kube;
  readonly provider: Pick<Provider, 'observeRequests' | 'observeSettings'>;
  readonly nodes: readonly NodeObservation[];
  readonly manifests: ManifestUses;
  readonly signal?: AbortSignal | undefined;
}

/** Gathers every kind of evidence; what cannot be read is unknown by itself. @throws only what aborted it */
export async function observeEvidence({
  kube,
  provider,
  nodes,
  manifests,
  signal,
}: EvidenceInput): Promise<Evidence> {
  const served = await attempt(() => servedApis(kube, signal), { signal, grant: PLAN_GRANTS.apiServices });
  const apis = served.known ? served.value : [];
  const [requests, objects, releases, settings] = await Promise.all([
    provider.observeRequests(nodes, apis, signal),
    observeObjects(kube, apis, signal),
    observeHelm(kube, signal),
    provider.observeSettings(nodes, signal),
  ]);
  return {
    served: served.known ? known('read') : served,
    requests,
    objects,
    releases,
    manifests,
    clusterSettings: settings.cluster,
    hostSettings: settings.hosts,
  };
}
