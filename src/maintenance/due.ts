import type { NodeObservation } from '../cluster/observation.ts';
import type { SystemConfig } from '../config/schema.ts';
import type { MaintenanceFacts } from './facts.ts';

/** What is left to do on a node, and why. */
export interface NodeDue {
  readonly prepare: boolean;
  /** Drain, packages, commands and restart, as far as each is not done. */
  readonly work: boolean;
  readonly uncordon: boolean;
  /** The host's record is still open. */
  readonly close: boolean;
  /** For people. */
  readonly reason: string;
}

/**
 * Made from what the host shows, so that what is done already is not due.
 * @param open the maintenance that is gone on with, or begun
 * @param onlyNeeded leaves out nodes that have no update and ask for no restart
 */
export function dueOn(
  { cordonedBy }: Pick<NodeObservation, 'cordonedBy'>,
  facts: MaintenanceFacts,
  config: SystemConfig,
  { open, onlyNeeded }: { readonly open: string; readonly onlyNeeded: boolean },
): NodeDue {
  const record = facts.record?.id === open ? facts.record : undefined;
  const uncordon = cordonedBy !== undefined;
  if (record?.closed === true) {
    return { prepare: false, work: false, uncordon, close: false, reason: 'it is done' };
  }
  if (record !== undefined) {
    const work = !record.systemDone || isRebootDue(facts, config);
    const reason = work ? 'a run that was cut off began with it' : 'it is done';
    return { prepare: false, work, uncordon: work || uncordon, close: true, reason };
  }
  const needs = needsOf(facts, config);
  const work = needs.length > 0 || !onlyNeeded;
  const reason =
    needs.length > 0
      ? needs.join('; ')
      : onlyNeeded
        ? 'it needs nothing'
        : 'it needs nothing, and is taken all the same';
  return { prepare: work, work, uncordon: work || uncordon, close: work, reason };
}

/** Whether a host that was prepared still has to be restarted: never twice in one maintenance, whatever it asks for. */
export function isRebootDue(
  { bootId, rebootAsked, record }: Pick<MaintenanceFacts, 'bootId' | 'rebootAsked' | 'record'>,
  { reboot }: Pick<SystemConfig, 'reboot'>,
): boolean {
  if (record === undefined || record.bootBefore !== bootId) return false;
  switch (reboot) {
    case 'always':
      return true;
    case 'if-needed':
      return rebootAsked !== undefined;
    case 'never':
      return false;
  }
}

/** What a host itself asks for, as far as the cluster file lets it have it. */
function needsOf(
  { updates, rebootAsked }: MaintenanceFacts,
  { packages, reboot }: SystemConfig,
): readonly string[] {
  return [
    ...(packages !== 'none' && updates.length > 0
      ? [`${updates.length} ${updates.length === 1 ? 'update' : 'updates'}`]
      : []),
    ...(reboot !== 'never' && rebootAsked !== undefined ? [rebootAsked] : []),
  ];
}
