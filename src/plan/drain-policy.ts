import type { NodeRole } from '../cluster/observation.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { formatSeconds } from '../report/units.ts';
import type { Step } from './plan.ts';

/** A control plane is never left behind: the next one would start beside one that is half done. */
export function drainPolicy({ drain }: ClusterConfig, role: NodeRole): DrainPlan {
  const { onTimeout, timeoutSeconds } = drain;
  const after = `; after ${formatSeconds(timeoutSeconds)}`;
  if (onTimeout === 'force') return { onTimeout, says: `${after}, delete what is left past its budgets` };
  if (onTimeout === 'stop' || role === 'control-plane') return { says: '' };
  return { onTimeout, says: `${after}, leave it cordoned and go on` };
}

export interface DrainPlan extends Pick<Step, 'onTimeout'> {
  readonly says: string;
}
