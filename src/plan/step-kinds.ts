import type { MaintenanceKind, ReplaceKind, Step, StepKind } from './plan.ts';

/** Steps of certain kinds, told apart by their kind. */
export type StepOf<K extends StepKind> = K extends StepKind ? Step & { readonly kind: K } : never;

/**
 * Who carries out a kind of step: the provider, on a host, or the engine itself, through the API and where it runs. The one list that is
 * read at run time: whatever does only one of them is typed by it.
 */
const DONE_BY = {
  backup: 'engine',
  stage: 'provider',
  'control-plane': 'provider',
  'node-config': 'provider',
  drain: 'engine',
  kubelet: 'provider',
  ready: 'engine',
  uncordon: 'engine',
  settle: 'engine',
  gate: 'engine',
  hook: 'engine',
  join: 'provider',
  'carry-over': 'engine',
  reset: 'provider',
  remove: 'engine',
  quorum: 'engine',
  prepare: 'provider',
  system: 'provider',
  reboot: 'provider',
  close: 'provider',
} as const satisfies Readonly<Record<StepKind, 'engine' | 'provider'>>;

/** Kinds that are carried out on a host. */
export type HostKind = {
  [K in StepKind]: (typeof DONE_BY)[K] extends 'provider' ? K : never;
}[StepKind];

/** A step on a host; each names its node. */
export type HostStep<K extends HostKind = HostKind> = StepOf<K> & { readonly node: string };

/** What an upgrade does on hosts, without what is only of replacing or maintaining them. */
export type UpgradeKind = Exclude<HostKind, ReplaceKind | MaintenanceKind>;

/** Whether a step of this kind is carried out on a host. */
export function isOnHost(kind: StepKind): kind is HostKind {
  return DONE_BY[kind] === 'provider';
}
