import { recipeTable } from './recipe-table.ts';

export type PartName =
  | 'kubernetes'
  | 'kube-apiserver'
  | 'kubeadm-oracle'
  | 'etcd'
  | 'coredns'
  | 'containerd'
  | 'crane'
  | 'versitygw'
  | 'pause'
  | 'web'
  | 'registry'
  | 'actionlint'
  | 'age'
  | 'act'
  | 'velero'
  | 'velero-plugin-for-aws';

export interface PartRef {
  readonly name: PartName;
  readonly version: string;
}

export interface GoBinary {
  readonly name: string;
  /** An import path, or `./directory` for a program of `go/`. */
  readonly package: string;
  /** Further names of the same binary. */
  readonly links?: readonly string[];
}

interface RecipeBase {
  readonly binaries: readonly GoBinary[];
  /** Directories of `go/` that are compiled. */
  readonly sources: readonly string[];
  readonly tags?: readonly string[];
  /** Values for `-ldflags -X`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Measured with an empty compile cache on two cores. */
  readonly seconds: number;
  /** What the build adds to the compile and module caches. */
  readonly gigabytes: number;
}

/** Built among the dependencies of one Kubernetes release, so that it shares what that compiled. */
export interface ReleaseRecipe extends RecipeBase {
  readonly kind: 'release';
  readonly kubernetes: string;
}

/** Built from its own modules (`path@version`). */
export interface ModuleRecipe extends RecipeBase {
  readonly kind: 'module';
  readonly modules: readonly string[];
  /**
   * For a program that is to be what its authors release: its own choice of dependencies, none of them shared with other parts, with
   * these replacements (`path` to `path@version`).
   */
  readonly ownVersions?: Readonly<Record<string, string>>;
}

export type Recipe = ReleaseRecipe | ModuleRecipe;

/** How a part is built. */
export function recipeOf(ref: PartRef): Recipe {
  return recipeTable[ref.name](ref.version);
}
