import type { EncryptionConfiguration } from '../backup/encryption.ts';
import type { Evidence, Settings } from '../cluster/evidence.ts';
import type { Known } from '../cluster/known.ts';
import type {
  EtcdObservation,
  HostObservation,
  NodeObservation,
  Observation,
  VersionText,
} from '../cluster/observation.ts';
import type { MinorText } from '../cluster/version.ts';
import type { ClusterConfig } from '../config/schema.ts';
import type { ServedApi } from '../evidence/served-apis.ts';
import type { FoundFacts } from '../maintenance/facts.ts';
import type { Hop, Step } from '../plan/plan.ts';
import type { HopScope } from '../plan/project.ts';
import type { HostStep } from '../plan/step-kinds.ts';
import type { Offered } from '../plan/targets.ts';
import type { Etcd } from '../ports/etcd.ts';
import type { ScratchMachine, ScratchNeed } from '../ports/scratch-machine.ts';
import type { ApiServerSettings } from '../proof/api-server-flags.ts';
import type { Restorer } from '../restore/etcd/restorer.ts';

/**
 * What differs between kinds of clusters. Everything else (drain, gates, journal, backup of resources, reports) is shared.
 */
export interface Provider {
  readonly name: 'kubeadm';
  readonly capabilities: {
    /** Whether an etcd snapshot can be taken. */
    readonly etcd: boolean;
    readonly drains: 'kubestair' | 'provider';
  };
  /** Version that the cluster was last brought to, as the provider's own record says. */
  configuredVersion(signal?: AbortSignal): Promise<Known<VersionText>>;
  observeHost(node: Omit<NodeObservation, 'host'>, signal?: AbortSignal): Promise<Known<HostObservation>>;
  observeEtcd(nodes: readonly NodeObservation[], signal?: AbortSignal): Promise<Known<EtcdObservation>>;
  /**
   * A connection to one healthy member that is no learner; closed by the caller.
   * @param member Name or id of the one to take; default any.
   * @throws KubestairError ETCD_UNHEALTHY, MEMBER_NOT_FOUND
   */
  openEtcd(
    nodes: readonly NodeObservation[],
    member: string | undefined,
    signal?: AbortSignal,
  ): Promise<Etcd>;
  /** A connection to every member that can be reached, learners and sick ones too; closed by the caller. */
  openMembers(nodes: readonly NodeObservation[], signal?: AbortSignal): Promise<readonly Etcd[]>;
  /** What each API server was asked for of the APIs that are served and have a release to go with. */
  observeRequests(
    nodes: readonly NodeObservation[],
    served: readonly ServedApi[],
    signal?: AbortSignal,
  ): Promise<Evidence['requests']>;
  /** What the components are started with: the provider's own record of it, and what each host has. */
  observeSettings(
    nodes: readonly NodeObservation[],
    signal?: AbortSignal,
  ): Promise<{ readonly cluster: Settings; readonly hosts: Evidence['hostSettings'] }>;
  /** The files of a control-plane host that a restore needs, but for its EncryptionConfiguration, as a tar stream. */
  hostFiles(node: NodeObservation, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Releases of some minors that the hosts can have. Asked where the hosts are: the runner needs no route to a package repository. */
  targets(minors: readonly MinorText[], observation: Observation, signal?: AbortSignal): Promise<Offered>;
  /** How the API server of a control-plane host encrypts what it stores; undefined where it encrypts nothing. */
  encryptionConfiguration(
    node: NodeObservation,
    signal?: AbortSignal,
  ): Promise<EncryptionConfiguration | undefined>;
  /** What a scratch API server needs to read the cluster's data as its own does. @throws KubestairError HOST_*, CLUSTER_UNSUPPORTED */
  apiServerSettings(nodes: readonly ControlPlane[], signal?: AbortSignal): Promise<ApiServerSettings>;
  /**
   * A machine for a scratch control plane on one of the cluster's own control planes; closed by the caller.
   * @param id names it there
   * @throws KubestairError SCRATCH_UNAVAILABLE with what each of them said, HOST_*
   */
  openScratch(
    nodes: readonly ControlPlane[],
    id: string,
    need: ScratchNeed,
    signal: AbortSignal,
  ): Promise<ScratchMachine>;
  /** Problems that only the provider can see, for example a package that the repository lacks. */
  preflight(
    hops: readonly Hop[],
    observation: Observation,
    signal?: AbortSignal,
  ): Promise<readonly import('../plan/plan.ts').Finding[]>;
  /** Pure: the steps of one hop that are still to do, in order; without the workers where they are left for a later hop. */
  steps(hop: Hop, observation: Observation, config: ClusterConfig, scope: HopScope): readonly Step[];
  /** Pure: whether a worker may not skip a hop although the version skew policy lets it. */
  workersMustPass(hop: Hop, worker: NodeObservation): boolean;
  /** Looks at the world, not at a journal. */
  isDone(step: HostStep, signal?: AbortSignal): Promise<boolean>;
  /** Idempotent; long work is started, then polled, and found again by a later run. */
  run(step: HostStep, context: StepContext): Promise<void>;
  /** How etcd is restored and an upgrade taken back. */
  readonly restorer: Restorer;
  /** What a maintenance finds on each host. Nothing changes there. */
  observeMaintenance(nodes: readonly NodeObservation[], signal?: AbortSignal): Promise<FoundFacts>;

  /** What a host tells of a step that stopped there, for people: the output of its unit, the kubelet's journal, services, disks. */
  traces(node: HostPlace, step: Step | undefined, signal?: AbortSignal): Promise<string>;
  /** From now on the node's host refuses work of a run that holds a lower epoch of the lock. @throws KubestairError LOCK_LOST, HOST_* */
  fence(node: HostPlace, epoch: number, signal?: AbortSignal): Promise<void>;
  /** What steps of any run are at on the host just now, in words. @throws KubestairError HOST_* */
  atWork(host: HostPlace, signal?: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A control-plane node, as far as it takes to get there. */
export type ControlPlane = Pick<NodeObservation, 'name' | 'address'>;

/** A host, as far as it takes to get there: it may be no node yet, or none any more. */
export type HostPlace = Pick<NodeObservation, 'name' | 'address'>;

export interface StepContext {
  readonly runId: string;
  /** Fencing token of the lock that the run holds: hosts refuse work of a lower one than they have seen. */
  readonly epoch: number;
  /** Live output for people, a line at a time. */
  readonly say: (line: string) => void;
  /** A wait or retry worth keeping in the step's record. */
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}
