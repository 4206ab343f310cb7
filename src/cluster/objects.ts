import type { LabelSelector } from './observation.ts';
import type { NodeTerm, Taint, Toleration } from './scheduling.ts';

/** Slim forms of the objects that Kubestair reads: only fields it uses, everything optional that the API may omit. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
}

export interface NodeObject {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Partial<Taint>[] };
  readonly status?: {
    readonly allocatable?: Quantities;
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: {
      readonly kubeletVersion: string;
      readonly containerRuntimeVersion: string;
      readonly osImage: string;
      readonly bootID?: string;
    };
  };
}

export interface PodObject {
  readonly metadata: ObjectMeta;
  readonly spec?: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export type Quantities = Readonly<Record<string, string>>;

export interface PodSpec {
  readonly nodeName?: string;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly tolerations?: readonly Toleration[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: Affinity;
  readonly topologySpreadConstraints?: readonly RawSpread[];
  readonly resourceClaims?: readonly unknown[];
  readonly resources?: { readonly requests?: Quantities };
  readonly overhead?: Quantities;
  readonly terminationGracePeriodSeconds?: number;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: Quantities };
  readonly ports?: readonly {
    readonly hostPort?: number;
    readonly protocol?: string;
    readonly hostIP?: string;
  }[];
}

interface Volume {
  readonly name: string;
  readonly emptyDir?: unknown;
  readonly hostPath?: unknown;
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms: readonly Partial<NodeTerm>[];
    };
  };
  readonly podAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly RawAffinityTerm[];
  };
  readonly podAntiAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly RawAffinityTerm[];
  };
}

export interface RawAffinityTerm {
  readonly topologyKey: string;
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
}

interface RawSpread {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly matchLabelKeys?: readonly string[];
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
}

export interface PersistentVolumeObject {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
    readonly nodeAffinity?: {
      readonly required?: { readonly nodeSelectorTerms?: readonly Partial<NodeTerm>[] };
    };
    readonly local?: unknown;
    readonly hostPath?: unknown;
  };
}

/** Any object of which the metadata are enough. */
export interface MetadataObject {
  readonly metadata: ObjectMeta;
}

export interface PodDisruptionBudgetObject {
  readonly metadata: ObjectMeta;
  readonly spec?: {
    readonly selector?: LabelSelector | null;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly expectedPods?: number;
  };
}

export interface NamespaceObject {
  readonly metadata: ObjectMeta & { readonly uid: string };
}

/** Answer of `/version`. */
export interface VersionInfo {
  readonly gitVersion: string;
}
