import type { Kube, KubeRequest } from '../../../src/ports/kube.ts';

export interface CountingKube {
  readonly kube: Kube;
  readonly counts: {
    requests: number;
    writes: number;
    /** Most requests that were under way at a time. */
    atOnce: number;
  };
}

/** Counts what goes to the API server. */
export function countingKube(kube: Kube): CountingKube {
  const counts = { requests: 0, writes: 0, atOnce: 0 };
  let running = 0;
  const counted = async <T>({ method = 'GET' }: KubeRequest, send: () => Promise<T>): Promise<T> => {
    counts.requests += 1;
    if (method !== 'GET') counts.writes += 1;
    running += 1;
    counts.atOnce = Math.max(counts.atOnce, running);
    try {
      return await send();
    } finally {
      running -= 1;
    }
  };
  return {
    counts,
    kube: {
      ...kube,
      request: (request) => counted(request, () => kube.request(request)),
      stream: (request) => counted(request, () => kube.stream(request)),
    },
  };
}
