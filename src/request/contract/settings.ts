import { BACKUP_SETTINGS } from './backup-settings.ts';
import { COMMAND_NAMES } from './commands.ts';
import { PLAN_SETTINGS } from './plan-settings.ts';
import { ETCD_SETTINGS, OBJECT_SETTINGS } from './restore-settings.ts';
import { APPROVAL_SETTINGS, LOCK_SETTINGS } from './rollout-settings.ts';
import { RUN_SETTINGS } from './run-settings.ts';
import type { Setting } from './setting.ts';

/**
 * Every Action input and command-line flag. action.yml, the tables of README.md, the readers of both and the help text
 * come from here, in this order.
 */
export const SETTINGS = {
  command: {
    input: 'command',
    type: 'choice',
    choices: COMMAND_NAMES,
    required: true,
    about: `What to do: ${COMMAND_NAMES.map((name) => `\`${name}\``).join(', ')}.`,
  },
  file: {
    input: 'file',
    flag: 'file',
    short: 'f',
    placeholder: 'path',
    type: 'path',
    required: true,
    unless: 'against',
    about: 'Cluster file, for example `clusters/prod.yaml`; for `matrix` a glob such as `clusters/*.yaml`.',
  },
  ...APPROVAL_SETTINGS,
  ...BACKUP_SETTINGS,
  ...OBJECT_SETTINGS,
  ...LOCK_SETTINGS,
  ...PLAN_SETTINGS,
  ...ETCD_SETTINGS,
  ...RUN_SETTINGS,
} as const satisfies Readonly<Record<string, Setting>>;
