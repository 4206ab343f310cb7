import type { VersionText } from '../../../../cluster/observation.ts';
import type { Finding } from '../../../../plan/plan.ts';
import type { RestoreRequest } from '../../../../restore/etcd/restorer.ts';
import type { SurveyedHost } from '../steps.ts';
import type { RollbackHost } from './hosts.ts';

export type Found = Omit<Finding, 'check'>;

export interface RollbackCheckInput {
  readonly request: RestoreRequest;
  readonly hosts: readonly RollbackHost[];
  /** Control planes and hosts of etcd as they were found. */
  readonly surveyed: readonly SurveyedHost[];
  /** Newest version that any host has; undefined where none says. */
  readonly newest: VersionText | undefined;
  /** Images that a host lacks and has to pull. */
  readonly toPull: readonly { readonly node: string; readonly image: string }[];
  readonly goesOn: boolean;
}
