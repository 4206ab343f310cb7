import { ACCEPTANCES } from '../acceptance.ts';
import type { Finding } from '../plan.ts';
import { admissionPlugins } from './admission-plugins.ts';
import { apiEvidence } from './api-evidence.ts';
import { apiReads } from './api-reads.ts';
import { apiServices } from './api-services.ts';
import { backupAge } from './backup-age.ts';
import { budgets } from './budgets.ts';
import { certificates } from './certificates.ts';
import { cgroupV1 } from './cgroup.ts';
import type { Check, CheckDescription, CheckInput } from './check.ts';
import { clockSkew } from './clock-skew.ts';
import { componentFlags } from './component-flags.ts';
import { configFields } from './config-fields.ts';
import { containerRuntime } from './container-runtime.ts';
import { conversionWebhooks } from './conversion-webhooks.ts';
import { coredns } from './coredns.ts';
import { storedVersions } from './custom-resources.ts';
import { deprecatedApis } from './deprecated-apis.ts';
import { diskSpace } from './disk-space.ts';
import { disruptionPolicy } from './disruption-policy.ts';
import { backupEncrypted } from './encryption.ts';
import { encryptionAtRest } from './encryption-at-rest.ts';
import { etcdHealthy } from './etcd.ts';
import { etcdFloor } from './etcd-floor.ts';
import { etcdSpace } from './etcd-space.ts';
import { evictionsAllowed } from './evictions.ts';
import { featureGates } from './feature-gates.ts';
import { hostIdentity } from './host-identity.ts';
import { HOST_MAINTENANCE } from './host-maintenance.ts';
import { hostPaths } from './host-paths.ts';
import { HOST_CHECKS } from './host-preflight.ts';
import { hostServices } from './host-services.ts';
import { hostState } from './host-state.ts';
import { hostsReached } from './hosts.ts';
import { kernel } from './kernel.ts';
import { kubeadmRules } from './kubeadm.ts';
import { kubeletConfig } from './kubelet-config.ts';
import { emptyDirs } from './local-data.ts';
import { machineIds } from './machine-ids.ts';
import { nodeTaints } from './node-taints.ts';
import { nodesReady } from './nodes.ts';
import { overlappingBudgets } from './overlapping-budgets.ts';
import { ownPod } from './own-pod.ts';
import { packageKeys } from './package-keys.ts';
import { packages } from './packages.ts';
import { removedApis } from './removed-apis.ts';
import { reviewedVersions } from './reviewed-versions.ts';
import { runtimeConfig } from './runtime-config.ts';
import { settingsEvidence } from './settings-evidence.ts';
import { oneNodeWorkloads, singleReplicas } from './single-replicas.ts';
import { versionSkew } from './skew.ts';
import { slowNodes } from './slow-nodes.ts';
import { spareHosts } from './spare-hosts.ts';
import { staticPodEdits } from './static-pod-edits.ts';
import { storageMigrations } from './storage-migrations.ts';
import { strandedPods } from './stranded-pods.ts';
import { stuckPods } from './stuck-pods.ts';
import { swap } from './swap.ts';
import { unmanagedPods } from './unmanaged-pods.ts';
import { webhooks } from './webhooks.ts';
import { windowsFit } from './windows.ts';

/** Every check, in the order in which findings are told. */
const CHECKS: readonly Check[] = [
  versionSkew,
  kubeadmRules,
  windowsFit,
  disruptionPolicy,
  apiReads,
  nodesReady,
  nodeTaints,
  hostsReached,
  hostIdentity,
  machineIds,
  hostServices,
  hostState,
  diskSpace,
  clockSkew,
  certificates,
  packages,
  packageKeys,
  kernel,
  cgroupV1,
  componentFlags,
  featureGates,
  admissionPlugins,
  runtimeConfig,
  configFields,
  staticPodEdits,
  settingsEvidence,
  removedApis,
  deprecatedApis,
  apiEvidence,
  apiServices,
  webhooks,
  conversionWebhooks,
  storedVersions,
  storageMigrations,
  coredns,
  reviewedVersions,
  swap,
  containerRuntime,
  kubeletConfig,
  etcdHealthy,
  etcdSpace,
  etcdFloor,
  ownPod,
  budgets,
  overlappingBudgets,
  evictionsAllowed,
  unmanagedPods,
  emptyDirs,
  stuckPods,
  strandedPods,
  spareHosts,
  singleReplicas,
  oneNodeWorkloads,
  hostPaths,
  slowNodes,
  encryptionAtRest,
  backupEncrypted,
  backupAge,
];

/** All checks, those that the provider makes on its hosts included. */
export const DESCRIPTIONS: readonly CheckDescription[] = [
  ...CHECKS,
  ...HOST_CHECKS,
  HOST_MAINTENANCE,
  ACCEPTANCES,
];

/** Ids of the checks whose findings no acceptance lets pass. */
export const MANDATORY: ReadonlySet<string> = new Set(
  DESCRIPTIONS.filter(({ mandatory }) => mandatory).map(({ id }) => id),
);

/** Ids of the checks that have something to say to whoever drains nodes without changing the version of anything. */
export const DRAIN_CHECKS: ReadonlySet<string> = new Set(
  [
    nodesReady,
    nodeTaints,
    hostsReached,
    hostServices,
    hostState,
    etcdHealthy,
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
  ].map(({ id }) => id),
);

/** @param only ids of the checks to run; default all */
export function runChecks(input: CheckInput, only?: ReadonlySet<string>): readonly Finding[] {
  const chosen = only === undefined ? CHECKS : CHECKS.filter(({ id }) => only.has(id));
  return chosen.flatMap((check) => check.find(input).map((finding) => ({ check: check.id, ...finding })));
}
