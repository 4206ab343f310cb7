import { type Kube, KubeStatusError } from '../../ports/kube.ts';
import type { Held, LockPlace } from './place.ts';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const NAME = 'kubestair';
const WHO = 'kubestair.dev/who';
const UNLOCKED = 'kubestair.dev/unlocked';

interface Lease {
  readonly apiVersion: 'coordination.k8s.io/v1';
  readonly kind: 'Lease';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: LeaseSpec;
}

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  /** The fencing epoch of the last holder. */
  readonly leaseTransitions?: number | null;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
}

export interface LeaseDeps {
  readonly kube: Kube;
  readonly runId: string;
  readonly who: string;
  /** How long the Lease says that it lasts, in seconds. */
  readonly leaseSeconds: number;
  readonly now: () => Date;
  /** What a sign of life says of the epoch; 0 while it is not known. */
  readonly epoch: () => number;
}

/** The lock's place in the cluster, and the highest epoch that a holder wrote there. */
export interface LeasePlace extends LockPlace {
  lastEpoch(): number;
}

/** The lock as the Lease kube-system/kubestair. Methods throw what the port throws. */
export function leasePlace({ kube, runId, who, leaseSeconds, now, epoch }: LeaseDeps): LeasePlace {
  let last: Lease | undefined;

  const look = async (signal?: AbortSignal): Promise<Lease | undefined> => {
    last = await readLease(kube, signal);
    return last;
  };
  const epochToWrite = () => Math.max(epoch(), last?.spec?.leaseTransitions ?? 0);

  return {
    object: `Lease/kube-system/${NAME}`,
    read: async (signal) => heldBy(await look(signal)),

    claim(signal) {
      const time = microTime(now());
      const spec: LeaseSpec = {
        holderIdentity: runId,
        leaseDurationSeconds: leaseSeconds,
        leaseTransitions: epochToWrite(),
        acquireTime: time,
        renewTime: time,
      };
      return write(kube, last, spec, { [WHO]: who }, signal);
    },

    async renew(signal) {
      const lease = await look(signal);
      const holder = lease?.spec?.holderIdentity || undefined;
      if (holder !== runId) return holder === undefined ? { kept: false } : { kept: false, holder };
      const spec = { ...lease?.spec, leaseTransitions: epochToWrite(), renewTime: microTime(now()) };
      await write(kube, lease, spec, lease?.metadata.annotations, signal);
      return { kept: true };
    },

    async release(signal) {
      const lease = await look(signal);
      if (lease?.spec?.holderIdentity !== runId) return;
      const spec = { ...lease.spec, holderIdentity: '', renewTime: microTime(now()) };
      await write(kube, lease, spec, lease.metadata.annotations, signal);
    },

    async takeAway(holder, reason, signal) {
      const lease = await look(signal);
      if (lease?.spec?.holderIdentity !== holder) return;
      const spec = { ...lease.spec, holderIdentity: '' };
      const annotations = { ...lease.metadata.annotations, [UNLOCKED]: `${holder}: ${reason}` };
      await write(kube, lease, spec, annotations, signal);
    },

    lastEpoch: () => last?.spec?.leaseTransitions ?? 0,
  };
}

function heldBy(lease: Lease | undefined): Held | undefined {
  const holder = lease?.spec?.holderIdentity;
  if (!holder) return undefined;
  const who = lease?.metadata.annotations?.[WHO];
  return {
    holder,
    ...(who !== undefined && { who }),
    since: lease?.spec?.acquireTime ?? '',
    renewedAt: lease?.spec?.renewTime ?? '',
    mark: lease?.metadata.resourceVersion ?? '',
  };
}

async function readLease(kube: Kube, signal: AbortSignal | undefined): Promise<Lease | undefined> {
  try {
    return (await kube.request({ path: `${PATH}/${NAME}`, signal })) as Lease;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

/** @returns false when another run was faster */
async function write(
  kube: Kube,
  lease: Lease | undefined,
  spec: LeaseSpec,
  annotations: Readonly<Record<string, string>> | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const metadata = {
    ...(lease?.metadata ?? { name: NAME, namespace: 'kube-system' }),
    ...(annotations && { annotations }),
  };
  const body: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  try {
    if (lease === undefined) await kube.request({ method: 'POST', path: PATH, body, signal });
    else await kube.request({ method: 'PUT', path: `${PATH}/${NAME}`, body, signal });
    return true;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 409) return false;
    throw thrown;
  }
}

/** metav1.MicroTime wants six decimals. */
function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
