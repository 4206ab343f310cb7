import path from 'node:path';
import { kubectl } from '../kubectl.ts';
import type { LabState } from '../state.ts';

export const demoNamespace = 'demo';

/**
 * Puts the demonstration's workloads into the lab's cluster and waits until they run: a Deployment with a
 * budget and a Service (`web`), a StatefulSet with data on the node (`store`), a DaemonSet (`agent`), and a
 * resource of the cluster's own with three objects (`stairs`). Safe to repeat.
 */
export async function deployWorkloads(state: LabState): Promise<void> {
  await apply(state, ['web.yaml', 'store.yaml', 'agent.yaml', 'stairs-crd.yaml']);
  const crd = 'crd/stairs.lab.kubestair.dev';
  await kubectl(state, ['wait', '--for=condition=Established', crd, '--timeout=60s']);
  await apply(state, ['stairs.yaml']);
  for (const workload of ['deployment/web', 'statefulset/store', 'daemonset/agent']) {
    await kubectl(state, ['rollout', 'status', workload, '-n', demoNamespace, '--timeout=180s']);
  }
}

async function apply(state: LabState, files: readonly string[]): Promise<void> {
  const paths = files.flatMap((file) => ['-f', path.join(import.meta.dirname, file)]);
  await kubectl(state, ['apply', ...paths]);
}
