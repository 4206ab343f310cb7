import { ACCEPTANCES } from '../acceptance.ts';
import type { Finding } from '../plan.ts';
import { admissionPlugins } from './admission-plugins.ts';
import { apiEvidence } from './api-evidence.ts';
import { apiReads } from './api-reads.ts';
import { budgets } from './budgets.ts';
import { cgroupV1 } from './cgroup.ts';
import type { Check, CheckDescription, CheckInput } from './check.ts';
import { componentFlags } from './component-flags.ts';
import { configFields } from './config-fields.ts';
import { deprecatedApis } from './deprecated-apis.ts';
import { backupEncrypted } from './encryption.ts';
import { etcdHealthy } from './etcd.ts';
import { etcdFloor } from './etcd-floor.ts';
import { evictionsAllowed } from './evictions.ts';
import { featureGates } from './feature-gates.ts';
import { hostPaths } from './host-paths.ts';
import { HOST_CHECKS } from './host-preflight.ts';
import { hostsReached } from './hosts.ts';
import { kubeadmRules } from './kubeadm.ts';
import { emptyDirs } from './local-data.ts';
import { nodesReady } from './nodes.ts';
import { overlappingBudgets } from './overlapping-budgets.ts';
import { ownPod } from './own-pod.ts';
import { packages } from './packages.ts';
import { removedApis } from './removed-apis.ts';
import { reviewedVersions } from './reviewed-versions.ts';
import { runtimeConfig } from './runtime-config.ts';
import { settingsEvidence } from './settings-evidence.ts';
import { oneNodeWorkloads, singleReplicas } from './single-replicas.ts';
import { versionSkew } from './skew.ts';
import { slowNodes } from './slow-nodes.ts';
import { strandedPods } from './stranded-pods.ts';
import { stuckPods } from './stuck-pods.ts';
import { unmanagedPods } from './unmanaged-pods.ts';

/** Every check, in the order in which findings are told. */
const CHECKS: readonly Check[] = [
  versionSkew,
  kubeadmRules,
  apiReads,
  nodesReady,
  hostsReached,
  packages,
  cgroupV1,
  componentFlags,
  featureGates,
  admissionPlugins,
  runtimeConfig,
  configFields,
  settingsEvidence,
  removedApis,
  deprecatedApis,
  apiEvidence,
  reviewedVersions,
  etcdHealthy,
  etcdFloor,
  ownPod,
  budgets,
  overlappingBudgets,
  evictionsAllowed,
  unmanagedPods,
  emptyDirs,
  stuckPods,
  strandedPods,
  singleReplicas,
  oneNodeWorkloads,
  hostPaths,
  slowNodes,
  backupEncrypted,
];

/** All checks, those that the provider makes on its hosts included. */
export const DESCRIPTIONS: readonly CheckDescription[] = [...CHECKS, ...HOST_CHECKS, ACCEPTANCES];

/** Ids of the checks whose findings no acceptance lets pass. */
export const MANDATORY: ReadonlySet<string> = new Set(
  DESCRIPTIONS.filter(({ mandatory }) => mandatory).map(({ id }) => id),
);

export function runChecks(input: CheckInput): readonly Finding[] {
  return CHECKS.flatMap((check) => check.find(input).map((finding) => ({ check: check.id, ...finding })));
}
