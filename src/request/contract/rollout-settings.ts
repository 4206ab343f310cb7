import type { Setting } from './setting.ts';

/** What may be carried out, and when. */
export const APPROVAL_SETTINGS = {
  planHash: {
    input: 'plan-hash',
    flag: 'plan-hash',
    placeholder: 'hash',
    type: 'hash',
    commands: ['upgrade'],
    about:
      'Hash of the approved plan; an upgrade whose plan has another hash stops before it changes anything.',
  },
  outsideWindow: {
    input: 'outside-window',
    flag: 'outside-window',
    placeholder: 'reason',
    type: 'text',
    commands: ['upgrade', 'maintain', 'defrag'],
    about: 'Why this run may work outside of the maintenance windows and within a freeze; kept with the run.',
  },
  waitForWindow: {
    input: 'wait-for-window',
    flag: 'wait-for-window',
    type: 'boolean',
    commands: ['upgrade', 'maintain'],
    about:
      'Wait for the next maintenance window, before the first node and between nodes, instead of ending there. The lock is held while a rollout waits.',
  },
  plan: {
    input: 'plan',
    flag: 'plan',
    placeholder: 'path',
    type: 'path',
    commands: ['upgrade'],
    about:
      'The approved plan itself, as `plan --output json` prints it and its output `result-file` names it: like its hash, and what differs from it is said in words.',
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** Who else is at work, and what a run takes up. */
export const LOCK_SETTINGS = {
  lockWait: {
    input: 'lock-wait',
    flag: 'lock-wait',
    placeholder: 'duration',
    type: 'duration',
    commands: ['upgrade', 'maintain', 'defrag', 'restore-resources', 'restore-etcd', 'rollback'],
    about: 'How long to wait for another run that holds the lock, for example `30m`; default not at all.',
  },
  onlyNeeded: {
    input: 'only-needed',
    flag: 'only-needed',
    type: 'boolean',
    commands: ['maintain'],
    about: 'Leave out nodes that have no update and ask for no restart.',
  },
  run: {
    input: 'run',
    flag: 'run',
    placeholder: 'id',
    type: 'text',
    required: true,
    commands: ['unlock'],
    about: 'Id of the run whose lock is taken away, as `status` shows it.',
  },
  reason: {
    input: 'reason',
    flag: 'reason',
    placeholder: 'text',
    type: 'text',
    required: true,
    commands: ['unlock'],
    about: 'Why the lock is taken away; kept beside it.',
  },
  force: {
    input: 'force',
    flag: 'force',
    type: 'boolean',
    commands: ['unlock'],
    about: 'Take the lock away from a run that is seen to be alive, too; it stops within seconds.',
  },
  member: {
    input: 'member',
    flag: 'member',
    placeholder: 'name',
    type: 'text',
    commands: ['backup'],
    about:
      'etcd member to take the snapshot from, by name or id; default a healthy one, rather not the leader.',
  },
} as const satisfies Readonly<Record<string, Setting>>;
