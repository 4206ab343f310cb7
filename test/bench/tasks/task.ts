import type { TaskResult } from '../support/task.ts';

/** Does something and says how long it took, by its own clock: the start of the process does not count. */
export type Task = (
  input: TaskInput,
) => Promise<Pick<TaskResult, 'seconds' | 'objects' | 'bytes' | 'details'>>;

/** What tasks are told, as JSON. */
export interface TaskInput {
  readonly kubeconfig: string;
  readonly store: { readonly store: string; readonly endpoint?: string; readonly pathStyle: boolean };
  readonly recipients?: readonly string[];
  /** Objects of a page, and whether the server is to compress it. */
  readonly limit?: number;
  readonly gzip?: boolean;
  readonly etcdPort?: number;
  readonly file?: string;
  readonly backupId?: string;
  readonly namespace?: string;
  readonly atOnce?: number;
  readonly nodes?: number;
}

/** Seconds since a moment of performance.now(). */
export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
