import type { Setting } from './setting.ts';

/** What a plan is made from, and what is kept of that. */
export const PLAN_SETTINGS = {
  against: {
    input: 'against',
    flag: 'against',
    placeholder: 'path',
    type: 'path',
    commands: ['plan'],
    about:
      'Saved observation to plan from instead of the cluster; without a cluster file, the one it was saved with.',
  },
  offline: {
    input: 'offline',
    flag: 'offline',
    type: 'boolean',
    commands: ['plan'],
    about:
      'Plan from the files alone: no cluster is asked, and the plan cannot be approved. Always so for pull requests from forks.',
  },
  base: {
    input: 'base',
    flag: 'base',
    placeholder: 'ref',
    type: 'text',
    commands: ['plan', 'matrix'],
    about:
      'Commit, branch or tag that the change starts from, for `matrix` and `offline`; in a pull request its base, unless another one is named.',
  },
  changed: {
    input: 'changed',
    flag: 'changed',
    placeholder: 'path',
    type: 'list',
    commands: ['matrix'],
    about: 'Files that changed, where that is known already; git is not asked then.',
  },
  saveObservation: {
    input: 'save-observation',
    flag: 'save-observation',
    placeholder: 'path',
    type: 'path',
    commands: ['plan'],
    about:
      'File to save what the plan was made from, to plan from again with `against` or to attach to an issue.',
  },
  pseudonymise: {
    input: 'pseudonymise',
    flag: 'pseudonymise',
    type: 'boolean',
    commands: ['plan'],
    about: 'Replace the names of clusters, nodes, namespaces, objects, labels and hosts in what is saved.',
  },
} as const satisfies Readonly<Record<string, Setting>>;
