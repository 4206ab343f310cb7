import type { ClusterConfig } from '../config/schema.ts';
import type { PureProvider } from '../plan/saved/record.ts';
import { kubeadmPlanning } from './kubeadm/planning.ts';

/** What a cluster file's provider decides without looking anywhere, to plan from a saved observation. */
export function planningOf({ provider }: Pick<ClusterConfig, 'provider'>): PureProvider {
  switch (provider) {
    case 'kubeadm':
      return kubeadmPlanning;
  }
}
