import type { Command } from './commands.ts';

export interface Output {
  /** Absent: all of them. */
  readonly commands?: readonly Command[];
  readonly about: string;
}

/** Every output that the Action sets. Those that a command does not have are empty. */
export const OUTPUTS = {
  outcome: {
    about: '`changed`, `nothing-to-do`, `ready`, `blocked`, `failed` or `interrupted`.',
  },
  'exit-code': { about: 'What the command line would have exited with: 0 to 4.' },
  reason: {
    about: 'Code of the error that the run ended with, see docs/errors.md; empty if there was none.',
  },
  verdict: {
    commands: ['plan', 'upgrade'],
    about: "The plan's verdict: `ready`, `blocked` or `nothing-to-do`; `unknown` where no cluster was asked.",
  },
  'plan-hash': {
    commands: ['plan', 'upgrade'],
    about: 'SHA-256 of the plan, to be handed to `upgrade` after approval.',
  },
  hops: {
    commands: ['plan', 'upgrade'],
    about: 'The path as a JSON array of `{"from": "v1.35.4", "to": "v1.36.3"}`.',
  },
  'current-version': {
    commands: ['plan', 'upgrade', 'status'],
    about: 'Version of the cluster before the run.',
  },
  'target-version': {
    commands: ['plan', 'upgrade', 'status'],
    about: 'Version that the cluster file asks for.',
  },
  'run-id': {
    commands: ['upgrade', 'maintain', 'defrag', 'restore-etcd', 'rollback'],
    about: 'Id that cordons, the lock and the journal of the run carry.',
  },
  'backup-id': {
    commands: ['backup', 'upgrade', 'verify', 'drill', 'maintain', 'defrag', 'restore-etcd', 'rollback'],
    about: 'Id of the backup that was taken, proven or restored.',
  },
  'backup-url': {
    commands: ['backup', 'upgrade', 'verify', 'drill', 'maintain', 'defrag', 'restore-etcd', 'rollback'],
    about: 'Where the backup lies in the store.',
  },
  proofs: {
    commands: ['backup', 'upgrade', 'verify', 'drill'],
    about:
      'How the proofs of the run ended: `{"checksums": "passed", "cross-proof": "passed", "drill": "not-made"}`.',
  },
  'disrupted-workloads': {
    commands: ['plan', 'upgrade'],
    about: 'Number of workloads that lose pods to a drain.',
  },
  'expected-seconds': {
    commands: ['plan', 'upgrade'],
    about: 'How long the plan is expected to take, in seconds.',
  },
  findings: {
    commands: ['plan', 'upgrade'],
    about: 'Number of findings as JSON: `{"blocking": 0, "unknown": 0, "warning": 2, "info": 1}`.',
  },
  'api-writes-failed': {
    commands: ['upgrade', 'maintain'],
    about: 'Writes to the API server that failed twice during the rollout, of about one a second.',
  },
  'api-longest-gap-seconds': {
    commands: ['upgrade', 'maintain'],
    about: 'Longest time between two successful writes to the API server during the rollout, in seconds.',
  },
  clusters: { commands: ['matrix'], about: 'Number of clusters that the change touches.' },
  matrix: {
    commands: ['matrix'],
    about:
      'Job matrix of all of them: `{"include": [{"cluster": "prod", "file": "clusters/prod.yaml", "wave": 2}]}`.',
  },
  waves: {
    commands: ['matrix'],
    about: 'JSON array of one job matrix for each wave, in the order in which they run.',
  },
  'comment-url': { commands: ['plan'], about: 'The comment on the pull request, if there is one.' },
  'result-file': { about: 'Path of the whole result as a JSON document (`kubestair.dev/result/v1`).' },
  'dossier-file': {
    commands: ['upgrade'],
    about: 'Where the run stopped: path of what was found around it; empty otherwise.',
  },
  'report-file': { about: 'Path of the result as one HTML page that needs nothing else.' },
  'summary-file': {
    about: 'Path of the summary as Markdown, at most 65,000 characters: fit for a comment on a pull request.',
  },
} as const satisfies Readonly<Record<string, Output>>;

export type OutputName = keyof typeof OUTPUTS;
