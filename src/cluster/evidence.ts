import type { Location } from '../errors.ts';
import type { Program } from '../tables/names.ts';
import type { Known } from './known.ts';

/** Traces of what a newer Kubernetes no longer has: who uses such APIs, and which settings its components are started with. */
export interface Evidence {
  /** Whether the API could be asked which of its versions have a release to go with; without it the two next are empty. */
  readonly served: Known<'read'>;
  /** What each API server was asked for since it started. */
  readonly requests: readonly OfNode<RequestedApis>[];
  /** Objects that were written through such an API, by resource. */
  readonly objects: readonly { readonly resource: string; readonly found: Known<ObjectUses> }[];
  /** The newest revision of every Helm release, by where Helm keeps them. */
  readonly releases: readonly {
    readonly resource: 'secrets' | 'configmaps';
    readonly found: Known<readonly HelmRelease[]>;
  }[];
  readonly manifests: ManifestUses;
  /** Settings that kubeadm keeps in the cluster, and brings to the hosts when it upgrades them. */
  readonly clusterSettings: Settings;
  readonly hostSettings: readonly OfNode<Settings>[];
}

interface OfNode<T> {
  readonly node: string;
  readonly found: Known<T>;
}

export interface RequestedApis {
  /** How long the API server has counted; nothing is known of what was before. */
  readonly upSeconds: number;
  readonly apis: readonly RequestedApi[];
}

/** An API version with a release to go with, of which an API server was asked. */
export interface RequestedApi {
  /** `group/version`. */
  readonly api: string;
  readonly resource: string;
  /** Verbs of the requests as the API server counts them, for example `LIST` and `POST`, sorted. */
  readonly verbs: readonly string[];
  /**
   * It is the version that the group prefers for this resource, as the garbage collector, the namespace controller, quotas and
   * Kubestair itself choose it (client-go discovery, ServerPreferredResources).
   */
  readonly preferred: boolean;
}

export interface ObjectUses {
  readonly uses: readonly ObjectUse[];
  /** Uses beyond those that are named. */
  readonly more: number;
}

export interface ObjectUse {
  readonly api: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Whoever wrote: the name of a field manager. */
  readonly by: string;
  /** Entry of managedFields, or the annotation of `kubectl apply`. */
  readonly trace: 'managed-fields' | 'last-applied';
  /** When, RFC 3339; absent where nothing says so. */
  readonly at?: string;
}

export interface HelmRelease {
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  /** Objects of its manifest and hooks whose API version has a release to go with. */
  readonly objects: Known<readonly NamedObject[]>;
}

export interface NamedObject {
  readonly api: string;
  readonly kind: string;
  /** Empty where the manifest names none, for example with generateName. */
  readonly name: string;
}

export interface ManifestUses {
  readonly objects: readonly (NamedObject & { readonly location: Location })[];
  /** Texts that name such an API and are no YAML by themselves. */
  readonly templates: readonly { readonly api: string; readonly location: Location }[];
  readonly unread: readonly { readonly place: string; readonly reason: string }[];
}

export interface Settings {
  readonly found: readonly Setting[];
  readonly unread: readonly { readonly place: string; readonly reason: string }[];
}

/** Where a setting is written: a file of a host, or a ConfigMap as kubectl names it with the key in it. */
interface Placed {
  readonly place: string;
  /** Counts from 1. */
  readonly line?: number;
}

/** One setting that a newer component may not take. Values of other flags are not kept: some are secrets. */
export type Setting = Placed &
  (
    | { readonly kind: 'flag'; readonly program: Program; readonly name: string }
    | { readonly kind: 'gate'; readonly program: Program; readonly name: string; readonly on: boolean }
    | { readonly kind: 'field'; readonly program: 'kubelet' | 'kube-proxy'; readonly name: string }
    /** Turned on or off by name, with --enable-admission-plugins or --disable-admission-plugins. */
    | { readonly kind: 'admission-plugin'; readonly name: string }
    /** `group/version` in --runtime-config. */
    | { readonly kind: 'runtime-version'; readonly name: string }
    /** etcd is kept at this image tag, whatever kubeadm would bring. */
    | { readonly kind: 'etcd-tag'; readonly name: string }
  );

/** Nothing was found, and all of it could be read. */
export const NO_EVIDENCE: Evidence = {
  served: { known: true, value: 'read' },
  requests: [],
  objects: [],
  releases: [],
  manifests: { objects: [], templates: [], unread: [] },
  clusterSettings: { found: [], unread: [] },
  hostSettings: [],
};
