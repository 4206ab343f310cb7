import type { Known } from '../cluster/known.ts';

/** What a maintenance finds on a host. */
export interface MaintenanceFacts {
  /** Packages with an update that the cluster file asks for, by name. */
  readonly updates: readonly string[];
  /** What kept the lists of packages from being complete, if anything. */
  readonly warnings: readonly string[];
  /** Why the host asks for a restart, for people; absent where it does not. */
  readonly rebootAsked?: string;
  readonly bootId: string;
  /** The last maintenance that the host knows of. */
  readonly record?: MaintenanceRecord;
}

/** What a host notes of a maintenance. */
export interface MaintenanceRecord {
  /** Id of the run that began it, which tells the time too. */
  readonly id: string;
  /** Boot that the host was in when its packages were updated: once it is in another one, it was restarted. */
  readonly bootBefore: string;
  /** Packages are updated, and the commands of the cluster file ran. */
  readonly systemDone: boolean;
  /** It is over for all hosts. */
  readonly closed: boolean;
}

export type FoundFacts = ReadonlyMap<string, Known<MaintenanceFacts>>;
