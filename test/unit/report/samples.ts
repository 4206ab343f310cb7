import type { Manifest } from '../../../src/backup/manifest.ts';
import { approvalBasis } from '../../../src/plan/approval-basis.ts';
import type { Hop, Plan, Step, StepKind } from '../../../src/plan/plan.ts';
import type { BackupSummary, PlanSource, Result } from '../../../src/report/model.ts';
import type { StepRecord } from '../../../src/rollout/timeline.ts';
import { cluster, config } from '../plan/sample.ts';

/** Sample data of a two-node cluster on its way from 1.35.4 to 1.36.3. */

export type UpgradeResult = Extract<Result, { readonly command: 'upgrade' }>;

const hop: Hop = { from: 'v1.35.4', to: 'v1.36.3' };

function step(kind: StepKind, node: string | undefined, does: string, expectedSeconds: number): Step {
  const id = [hop.to, node, kind].filter((part) => part !== undefined).join('/');
  return { id, kind, hop, ...(node !== undefined && { node }), does, expectedSeconds };
}

const steps: readonly Step[] = [
  step('backup', undefined, 'Back up all resources, etcd and the host files of cp1', 60),
  step('stage', 'cp1', 'Fetch packages and images', 40),
  step('control-plane', 'cp1', 'Upgrade the control plane with kubeadm upgrade apply', 180),
  step('drain', 'w1', 'Cordon the node and evict its pods', 45),
  step('kubelet', 'w1', 'Install and restart the kubelet', 20),
  step('ready', 'w1', 'Wait until the node is Ready at v1.36.3', 15),
  step('uncordon', 'w1', 'Let pods come back', 1),
];

export const plan: Plan = {
  format: 'kubestair.dev/plan/v1',
  tool: 'kubestair/0.1.0',
  cluster: 'prod',
  clusterUid: '7c0f2f4e-5a9b-4c53-8a3f-0f2f2b8f2f10',
  current: 'v1.35.4',
  target: 'v1.36.3',
  verdict: 'ready',
  hops: [hop],
  steps,
  findings: [
    {
      check: 'single-replica',
      severity: 'warning',
      object: 'Deployment/shop/cart',
      message: 'It has one replica, so it is away while its node drains.',
      remedy: 'Give it a second replica.',
    },
  ],
  forecast: {
    expectedSeconds: 361,
    evictions: [
      { node: 'w1', pod: 'shop/web-7d4-x2', controller: 'ReplicaSet/web-7d4', budgets: ['shop/web'] },
      { node: 'w1', pod: 'shop/cart-5f6-aa', controller: 'ReplicaSet/cart-5f6', budgets: [] },
    ],
    workloads: [
      {
        workload: 'Deployment/shop/cart',
        pods: 1,
        evicted: 1,
        budgets: [],
        stranded: 0,
        outage: { node: 'w1', reason: 'single', seconds: 12 },
      },
      { workload: 'Deployment/shop/web', pods: 3, evicted: 1, budgets: ['web'], stranded: 0 },
    ],
    longestAbsence: { node: 'w1', seconds: 107 },
  },
  atOnce: 10,
  drains: { planned: 1, saved: 0 },
  basis: approvalBasis(config(), cluster([])),
  hash: 'ab'.repeat(32),
};

export const blockedPlan: Plan = {
  ...plan,
  verdict: 'blocked',
  findings: [
    ...plan.findings,
    {
      check: 'budget-never-allows',
      severity: 'blocking',
      object: 'PodDisruptionBudget/shop/web',
      message: 'It allows no eviction: 2 of 2 pods must stay.',
      remedy: 'Scale Deployment/shop/web to 3.',
      location: { file: 'clusters/prod.yaml', line: 5, column: 12 },
    },
  ],
};

export const donePlan: Plan = {
  ...plan,
  current: 'v1.36.3',
  verdict: 'nothing-to-do',
  hops: [],
  steps: [],
  findings: [],
  forecast: { expectedSeconds: 0, evictions: [], workloads: [] },
};

export const source: PlanSource = {
  file: 'clusters/prod.yaml',
  versionAt: { file: 'clusters/prod.yaml', line: 5, column: 12 },
};

const digest = { bytes: 2_000_000, sha256: 'cd'.repeat(32) };

const manifest: Manifest = {
  format: 'kubestair.dev/backup/v1',
  id: '20261121T090507Z-3f9a',
  tool: 'kubestair/0.1.0',
  cluster: { name: 'prod', uid: plan.clusterUid, version: 'v1.35.4' },
  reason: 'upgrade',
  runId: 'r-1',
  startedAt: '2026-11-21T09:05:07Z',
  finishedAt: '2026-11-21T09:05:57Z',
  state: 'complete',
  resourceVersion: '4711',
  resources: [
    {
      group: 'apps',
      version: 'v1',
      resource: 'deployments',
      kind: 'Deployment',
      namespaced: true,
      objects: 1200,
      consistency: 'exact',
      listResourceVersion: '4711',
      part: { path: 'resources/apps/v1/deployments.ndjson.zst.age', plain: digest, sealed: digest },
    },
  ],
  etcd: {
    member: 'cp1',
    etcdVersion: '3.6.6',
    revision: '4712',
    memberId: '8e9e05c52164694d',
    trailerSha256: 'ef'.repeat(32),
    part: { path: 'etcd/snapshot.db.zst.age', plain: digest, sealed: { ...digest, bytes: 300_000 } },
  },
  hosts: [{ node: 'cp1', part: { path: 'hosts/cp1.tar.zst.age', plain: digest, sealed: digest } }],
  recipients: ['age1qx'],
  proofs: [
    {
      kind: 'checksums',
      result: 'passed',
      at: '2026-11-21T09:05:56Z',
      detail: '3 parts read back and compared',
    },
  ],
};

const backup: BackupSummary = {
  manifest,
  storeUrl: 's3://acme-backups/prod',
  prefix: 'prod/20261121T090507Z-3f9a',
};

/** Every step of the plan in turn, each as long as expected. */
function recordsOf(list: readonly Step[]): readonly StepRecord[] {
  let time = Date.parse('2026-11-21T09:05:07Z');
  return list.map((entry) => {
    const startedAt = new Date(time).toISOString();
    time += entry.expectedSeconds * 1000;
    return {
      step: entry,
      state: 'done',
      startedAt,
      finishedAt: new Date(time).toISOString(),
      notes: [],
    };
  });
}

export const upgraded: UpgradeResult = {
  command: 'upgrade',
  outcome: { state: 'changed' },
  plan,
  source,
  backup,
  records: recordsOf(steps),
  apiWrites: { ok: 360, retried: 2, failed: 1, longestGapSeconds: 4.2, seconds: 361.4 },
  startedAt: '2026-11-21T09:05:00Z',
  finishedAt: '2026-11-21T09:11:08Z',
  runId: 'r-1',
};

export const failed: UpgradeResult = {
  ...upgraded,
  outcome: {
    state: 'failed',
    problem: {
      code: 'DRAIN_BLOCKED',
      message: 'Pod shop/web-7d4-x2 could not be evicted in 10m 00s.',
      object: 'Pod/shop/web-7d4-x2',
      next: 'Scale Deployment/shop/web to 3 and run the same command again.',
    },
  },
  records: upgraded.records.map((record, index) => {
    if (index < 3) return record;
    if (index > 3) return { step: record.step, state: 'not-started', notes: [] };
    return {
      ...record,
      state: 'failed',
      notes: ['waited 10m 00s for PodDisruptionBudget shop/web'],
      error: 'Pod shop/web-7d4-x2 could not be evicted.',
    };
  }),
};

export const planned: Result = { command: 'plan', outcome: { state: 'ready' }, plan, source };

export const blocked: Result = {
  command: 'plan',
  outcome: {
    state: 'blocked',
    problem: {
      code: 'PLAN_BLOCKED',
      message: 'PodDisruptionBudget/shop/web: It allows no eviction.',
      object: 'PodDisruptionBudget/shop/web',
      next: 'Scale Deployment/shop/web to 3.',
    },
  },
  plan: blockedPlan,
  source,
};

export const backedUp: Result = { command: 'backup', outcome: { state: 'changed' }, backup };

export const status: Result = {
  command: 'status',
  outcome: { state: 'ready' },
  status: {
    cluster: 'prod',
    target: 'v1.36.3',
    apiServerVersion: 'v1.36.3',
    nodes: [
      {
        name: 'cp1',
        role: 'control-plane',
        kubelet: 'v1.36.3',
        ready: true,
        unschedulable: false,
        components: { etcd: '3.6.8-0', 'kube-apiserver': 'v1.36.3' },
      },
      {
        name: 'w1',
        role: 'worker',
        kubelet: 'v1.35.4',
        ready: true,
        unschedulable: true,
        cordonedBy: 'r-1',
        components: {},
      },
    ],
    lock: { holder: 'r-1', renewedAt: '2026-11-21T09:11:00Z', stale: true },
    lastBackup: { id: '20261121T090507Z-3f9a', finishedAt: '2026-11-21T09:05:57Z', state: 'complete' },
    lastRun: {
      runId: 'r-1',
      startedAt: '2026-11-21T09:05:00Z',
      state: 'interrupted',
      steps: [{ at: '2026-11-21T09:10:00Z', step: 'v1.36.3/w1/drain', event: 'started' }],
    },
  },
};
