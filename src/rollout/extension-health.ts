import { readApiServices, readWebhooks } from '../cluster/observe-extensions.ts';
import { openReads } from '../cluster/reads.ts';
import type { Kube } from '../ports/kube.ts';
import type { Health } from './workloads.ts';

/**
 * Aggregated APIs that are Available, and webhooks that somebody answers for. What cannot be read is not healthy either: a gate that
 * saw it before must not pass blindly.
 */
export async function extensionHealth(kube: Kube, signal: AbortSignal): Promise<readonly Health[]> {
  const reads = openReads();
  const [services, webhooks] = await Promise.all([
    readApiServices(kube, reads, signal),
    readWebhooks(kube, reads, signal),
  ]);
  const unread = reads.unread.map(({ resource, reason }) => `${resource}: ${reason}`);
  return [
    { name: 'APIServices and webhooks', healthy: unread.length === 0, detail: unread.join('; ') },
    ...services
      .filter(({ aggregated }) => aggregated)
      .map(({ service, available, reason }) => ({
        name: `APIService/${service}`,
        healthy: available,
        detail: `not Available: ${reason}`,
      })),
    ...webhooks.flatMap(({ configuration, webhook, backend }): readonly Health[] => {
      if (backend === undefined) return [];
      const name = `${configuration}/${webhook}`;
      if (!backend.known) return [{ name, healthy: false, detail: backend.reason }];
      const { service, ready } = backend.value;
      return [{ name, healthy: ready > 0, detail: `nobody answers for Service/${service}` }];
    }),
  ];
}
