import type { Result } from '../report/model.ts';

export interface CommandDoc {
  readonly about: string;
  readonly long: string;
  readonly examples: readonly string[];
  /** The words that call it on the command line where its name is not the word: `restore etcd`. */
  readonly words?: readonly [string, string];
}

/** Every command, in the order in which a person meets them. */
export const COMMANDS = {
  plan: {
    about: 'Show what an upgrade would do; change nothing.',
    long: 'Reads the cluster file and the cluster, checks the path one minor at a time, and prints the steps, whom they disrupt and how long they take. Changes nothing.',
    examples: [
      'kubestair plan -f clusters/prod.yaml',
      'kubestair plan -f clusters/prod.yaml --output json | jq -r .plan.hash',
    ],
  },
  backup: {
    about: 'Back up all resources, etcd and host files to the store.',
    long: 'Exports every listable kind as raw JSON, streams an etcd snapshot and the files of the control-plane hosts to the store, reads them back, and compares every exported object with the snapshot before it is sealed.',
    examples: ['kubestair backup -f clusters/prod.yaml'],
  },
  verify: {
    about: 'Prove that a backup is what it says; change nothing.',
    long: "Reads every part of a backup back from the store, restores its etcd snapshot into a scratch etcd that nothing can reach, and compares every exported object with it. Needs the age identity of an encrypted backup for the comparison; without it the sealed parts' checksums are proven alone. Records what it found beside the backup.",
    examples: [
      'kubestair verify -f clusters/prod.yaml --from 20261121T090507Z-3f9a --identity key.txt',
      'kubestair verify -f clusters/prod.yaml --binaries /opt/kubernetes/bin',
    ],
  },
  drill: {
    about: 'Start a scratch control plane from a backup and compare what it serves; change nothing.',
    long: 'Restores the etcd snapshot of a backup into a scratch etcd, starts an API server of the version of the backup on it, and compares all that it serves with the export; with --target an API server of that version too, which has to decode, list and take back what is there. The scratch control plane runs on a control-plane host, out of its own images, or on this machine with --binaries; no webhook, no aggregated API and no node can be reached from it. Records what it found beside the backup.',
    examples: [
      'kubestair drill -f clusters/prod.yaml --from 20261121T090507Z-3f9a --identity key.txt',
      'kubestair drill -f clusters/prod.yaml --from latest --identity key.txt --target v1.36.3',
    ],
  },
  upgrade: {
    about: 'Back up, then upgrade node by node to the version in the cluster file.',
    long: 'Takes and proves a backup, then goes to the version in the cluster file one minor at a time, one node at a time. Run it again after any stop: it goes on where it stopped.',
    examples: [
      'kubestair upgrade -f clusters/prod.yaml',
      'kubestair upgrade -f clusters/prod.yaml --plan-hash <hash of the approved plan>',
      'kubestair plan -f clusters/prod.yaml --output json > plan.json && kubestair upgrade -f clusters/prod.yaml --plan plan.json',
    ],
  },
  status: {
    about: 'Show versions, cordons, the lock, the last backup and the last run.',
    long: 'Shows what runs on every node, who holds the lock, the last backup and how far the last run came. Changes nothing.',
    examples: ['kubestair status -f clusters/prod.yaml'],
  },
  maintain: {
    about: 'Drain, update and restart hosts one by one.',
    long: 'Takes the operating systems of the hosts through what the cluster file says: packages, commands, a restart where a host asks for it. Control planes go one by one with etcd whole before and after each, workers in batches; each node is drained before and healthy again after. Run it again after any stop: it goes on where it stopped, and restarts no host twice.',
    examples: [
      'kubestair maintain -f clusters/prod.yaml --dry-run',
      'kubestair maintain -f clusters/prod.yaml --only-needed',
    ],
  },
  defrag: {
    about: 'Defragment etcd, member by member.',
    long: 'Backs up, then defragments the members of etcd that have enough to win, one by one, the leader last, with all of them healthy before and after each, and takes back the alarms of full databases. Run it again after any stop: it goes on where it stopped.',
    examples: ['kubestair defrag -f clusters/prod.yaml --dry-run', 'kubestair defrag -f clusters/prod.yaml'],
  },
  unlock: {
    about: 'Take the lock away from a run that is dead.',
    long: 'Frees the lock of a cluster from a run that will not come back. A run that is alive keeps it unless --force is given, and then stops before its next step; hosts refuse work of the old run as soon as the next one has begun.',
    examples: [
      "kubestair unlock -f clusters/prod.yaml --run 20261121T090507Z-3f9a --reason 'its runner was deleted'",
    ],
  },
  matrix: {
    about: 'Print the job matrix of the clusters that a change touches, in waves.',
    long: 'Finds the cluster files of a glob that a change touches, or whose version lies in a file that it touches, and prints them as a job matrix: all of them, and wave by wave. Asks no cluster.',
    examples: [
      "kubestair matrix -f 'clusters/*.yaml'",
      "kubestair matrix -f 'clusters/*.yaml' --base origin/main --output json | jq -c .matrix.waves",
    ],
  },
  backups: {
    about: 'List the backups in the store, with what they hold and how they are proven.',
    long: 'Lists what lies in the store for a cluster, newest first: complete and partial backups, what was left half-made, and manifests that cannot be read. Asks the store alone, so it works when the cluster is gone. Changes nothing.',
    examples: [
      'kubestair backups -f clusters/prod.yaml',
      "kubestair backups -f clusters/prod.yaml -o json | jq -r '.catalogue.backups[0].id'",
    ],
  },
  fetch: {
    about: 'Bring a backup into a folder, as files that zstd, age and jq read.',
    long: 'Copies a backup from the store into an empty folder and compares every part with the manifest on the way. With --identity the parts are decrypted and decompressed. Run it again after any stop: what is there is compared and kept. Asks the store alone.',
    examples: [
      'kubestair fetch latest -f clusters/prod.yaml --to ./backup',
      'kubestair fetch 20261121T090507Z-3f9a -f clusters/prod.yaml --to ./backup --identity key.txt',
    ],
  },
  prune: {
    about: 'Delete the backups that `spec.backup.keep` does not keep.',
    long: 'Keeps the newest backups of so many days, weeks, months and years as spec.backup.keep says, and deletes the others, together with what cut-off backups left behind. Never deletes the newest complete backup, the last one that passed each proof, or one that an unfinished run relies on. What Object Lock keeps is told. Asks the store alone.',
    examples: ['kubestair prune -f clusters/prod.yaml --dry-run', 'kubestair prune -f clusters/prod.yaml'],
  },
  'restore-resources': {
    words: ['restore', 'resources'],
    about: 'Bring objects of a backup back.',
    long: 'Compares the objects of a backup with what is there, asks the API server about every one that is to be written, and only then writes: what others need first, webhooks last. What is there and equal is left alone, so the same command goes on after a stop.',
    examples: [
      'kubestair restore resources -f clusters/prod.yaml --namespace shop --dry-run',
      'kubestair restore resources -f clusters/prod.yaml --from 20261121T090507Z-3f9a --kind deployments.apps --existing update',
      'kubestair restore resources -f clusters/prod.yaml --namespace shop --as-namespace shop=shop-before',
    ],
  },
  'restore-etcd': {
    words: ['restore', 'etcd'],
    about: 'Put etcd back to a backup, on every control plane.',
    long: 'Brings the snapshot of a backup to every member of etcd, makes the new data while the old still serves, stops the control plane, swaps the data, starts everything again in order and compares every object with the export. What changed since the backup is lost; the old data is kept. Run it again after any stop: it goes on where it stopped.',
    examples: [
      'kubestair restore etcd -f clusters/prod.yaml --from latest --dry-run',
      'kubestair restore etcd -f clusters/prod.yaml --from 20261121T090507Z-3f9a --confirm prod',
    ],
  },
  rollback: {
    about: 'Take the last hop of an upgrade back, to the minor before.',
    long: 'Brings packages, static pods, certificates, kubelets and etcd back to the backup that the upgrade made, on every node: what can be missing is brought first, then the control plane stops, everything is put back, starts again in order, and every object is compared with the export. What changed since the backup is lost. Run it again after any stop: it goes on where it stopped.',
    examples: [
      'kubestair rollback -f clusters/prod.yaml --dry-run',
      'kubestair rollback -f clusters/prod.yaml --confirm prod',
    ],
  },
} as const satisfies Readonly<Record<Result['command'], CommandDoc>>;

export type Command = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly Command[];

export const OUTPUT_FORMATS = ['text', 'json', 'markdown'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const COMMENT_MODES = ['auto', 'always', 'never'] as const;
/** When a plan is written as a comment on the pull request. */
export type CommentMode = (typeof COMMENT_MODES)[number];

/** How a value is read: `secret` and `text` are contents, `path` is a file, `choice` one of a list. */
export type Setting = {
  /** Name as an Action input; absent where only the command line has it. */
  readonly input?: string;
  /** Name as a long flag; absent where only the Action has it. */
  readonly flag?: string;
  readonly short?: string;
  /** On the command line it is no flag but what follows the command, as in `kubestair fetch ID`. */
  readonly argument?: true;
  /** What help calls the value. */
  readonly placeholder?: string;
  readonly required?: true;
  /** Another setting that makes this one needless although it is required. */
  readonly unless?: string;
  readonly default?: string;
  /** Absent: all of them. */
  readonly commands?: readonly Command[];
  readonly about: string;
} /** `list`: a flag that may be repeated; as an input, values on lines or between commas. */ & (
  | { readonly type: 'path' | 'text' | 'secret' | 'hash' | 'duration' | 'boolean' | 'list' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
);

/**
 * Every Action input and command-line flag. action.yml, the tables of README.md, the readers of both and the help text
 * come from here.
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
  from: {
    input: 'from',
    flag: 'from',
    placeholder: 'id',
    type: 'text',
    commands: ['verify', 'drill', 'restore-resources', 'restore-etcd', 'rollback'],
    about:
      'Backup to read: its id, `latest` (the default), or `<cluster>/<id>` for one of another cluster in the same store. The default of `rollback` is the one that the upgrade made before its last hop.',
  },
  id: {
    input: 'id',
    argument: true,
    placeholder: 'id',
    type: 'text',
    required: true,
    commands: ['fetch'],
    about:
      'Backup that the command is about: its id, `latest`, or `<cluster>/<id>` for one of another cluster in the same store.',
  },
  to: {
    input: 'to',
    flag: 'to',
    placeholder: 'directory',
    type: 'path',
    required: true,
    commands: ['fetch'],
    about: 'Folder to fetch to; made where it is missing, and refused where something else is in it.',
  },
  identity: {
    flag: 'identity',
    placeholder: 'path',
    type: 'path',
    commands: ['verify', 'drill', 'fetch', 'restore-resources', 'restore-etcd', 'rollback'],
    about: 'File with the age identity that opens an encrypted backup, as age-keygen writes it.',
  },
  ageIdentity: {
    input: 'age-identity',
    type: 'secret',
    commands: ['verify', 'drill', 'fetch', 'restore-resources', 'restore-etcd', 'rollback'],
    about:
      'age identity that opens an encrypted backup. Masked, kept in a private file, overwritten and removed after the run.',
  },
  target: {
    input: 'target',
    flag: 'target',
    placeholder: 'version',
    type: 'text',
    commands: ['drill'],
    about: 'Version to rehearse the upgrade to, for example `v1.36.3`: at most one minor above the backup.',
  },
  binaries: {
    input: 'binaries',
    flag: 'binaries',
    placeholder: 'path',
    type: 'list',
    commands: ['backup', 'upgrade', 'verify', 'drill', 'maintain', 'defrag'],
    about:
      'Directory of this machine with etcd, etcdutl and kube-apiserver (or kube-apiserver-v1.36.3) to make proofs with; may be repeated. Without it they are made on a control-plane host, out of its own images.',
  },
  dryRun: {
    input: 'dry-run',
    flag: 'dry-run',
    type: 'boolean',
    commands: ['maintain', 'defrag', 'prune', 'restore-resources', 'restore-etcd', 'rollback'],
    about: 'Show what would be done, and change nothing.',
  },
  namespace: {
    input: 'namespace',
    flag: 'namespace',
    short: 'n',
    placeholder: 'name',
    type: 'list',
    commands: ['restore-resources'],
    about: 'Only objects of this namespace, and the namespace itself; may be repeated.',
  },
  kind: {
    input: 'kind',
    flag: 'kind',
    placeholder: 'kind',
    type: 'list',
    commands: ['restore-resources'],
    about: 'Only objects of this kind, for example `deployments.apps`; may be repeated.',
  },
  selector: {
    input: 'selector',
    flag: 'selector',
    short: 'l',
    placeholder: 'query',
    type: 'text',
    commands: ['restore-resources'],
    about: 'Only objects with these labels, as for kubectl: `app=web,tier!=test`.',
  },
  asNamespace: {
    input: 'as-namespace',
    flag: 'as-namespace',
    placeholder: 'old=new',
    type: 'list',
    commands: ['restore-resources'],
    about: 'Restore the objects of one namespace into another; may be repeated.',
  },
  existing: {
    input: 'existing',
    flag: 'existing',
    placeholder: 'policy',
    type: 'choice',
    choices: ['skip', 'update', 'fail'],
    commands: ['restore-resources'],
    about:
      'What to do with objects that are there and differ: `skip` (the default) leaves them, `update` makes them what they were, `fail` restores nothing at all.',
  },
  skipRefused: {
    input: 'skip-refused',
    flag: 'skip-refused',
    type: 'boolean',
    commands: ['restore-resources'],
    about: 'Restore the rest when the API server refuses some objects; without it nothing is restored then.',
  },
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

  confirm: {
    input: 'confirm',
    flag: 'confirm',
    placeholder: 'cluster',
    type: 'text',
    commands: ['restore-etcd', 'rollback'],
    about: 'Name of the cluster, typed by whoever means it; a terminal is asked for it.',
  },

  without: {
    input: 'without',
    flag: 'without',
    placeholder: 'node',
    type: 'list',
    commands: ['restore-etcd', 'rollback'],
    about:
      'Control plane that is gone for good and cannot be restored; for `rollback` any node that is, or that is left as it is.',
  },
  otherCluster: {
    input: 'other-cluster',
    flag: 'other-cluster',
    type: 'boolean',
    default: 'false',
    commands: ['restore-etcd'],
    about: 'The backup is of another cluster, and these hosts are to become that one.',
  },

  output: {
    flag: 'output',
    short: 'o',
    placeholder: 'format',
    type: 'choice',
    choices: OUTPUT_FORMATS,
    default: 'text',
    about: 'What standard output gets: `text`, one `json` document, or `markdown`.',
  },
  dossier: {
    input: 'dossier',
    flag: 'dossier',
    placeholder: 'directory',
    type: 'path',
    commands: ['upgrade'],
    about:
      'Directory for the dossier of a run that stopped: what hosts, cluster and etcd said just then; default the temporary one of the runner or of the system.',
  },
  report: {
    input: 'report',
    flag: 'report',
    placeholder: 'path',
    type: 'path',
    about:
      'HTML file to write the result to: one page that needs nothing else, to send, keep or print. The Action writes one anyway, see the output `report-file`.',
  },
  sshPrivateKey: {
    input: 'ssh-private-key',
    type: 'secret',
    about:
      'Private key for the hosts, without a passphrase. Masked, kept in a private file, overwritten and removed after the run.',
  },
  sshKnownHosts: {
    input: 'ssh-known-hosts',
    type: 'text',
    about: 'Lines of known_hosts for the hosts and the jump host. Hosts with another or no key are refused.',
  },
  kubeconfig: {
    input: 'kubeconfig',
    type: 'secret',
    about:
      'Contents of a kubeconfig. Its credentials are masked; the file is overwritten and removed after the run.',
  },
  kubeconfigFile: {
    flag: 'kubeconfig',
    placeholder: 'path',
    type: 'path',
    about: 'kubeconfig file, instead of the one that the cluster file or $KUBECONFIG names.',
  },
  comment: {
    input: 'comment',
    type: 'choice',
    choices: COMMENT_MODES,
    default: 'auto',
    about:
      'Whether `plan` keeps one comment for each cluster on the pull request: `auto` where there is something to do or a comment already, `always`, or `never`.',
  },
  githubToken: {
    input: 'github-token',
    type: 'secret',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression that the runner evaluates
    default: '${{ github.token }}',
    about:
      'Token for the comment; it needs `pull-requests: write`. Without that right the plan is in the summary only.',
  },
  verbose: {
    input: 'verbose',
    flag: 'verbose',
    short: 'v',
    type: 'boolean',
    default: 'false',
    about: 'Log every request and every command on a host.',
  },
} as const satisfies Readonly<Record<string, Setting>>;

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
    commands: ['upgrade'],
    about: 'Writes to the API server that failed twice during the rollout, of about one a second.',
  },
  'api-longest-gap-seconds': {
    commands: ['upgrade'],
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

/** Exit codes of the command line; the Action's step fails with the same ones. */
export const EXIT_CODES = {
  0: 'Done, or nothing to do.',
  1: 'Failed while working; run the same command again to go on.',
  2: 'Bad input: found before anything was changed.',
  3: 'Blocked by a check, by a lock or by a plan that is not the approved one; nothing was changed.',
  4: 'Interrupted; run the same command again to go on.',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** Whether a setting means something for a command. */
export function appliesTo(setting: Setting, command: Command): boolean {
  return setting.commands === undefined || setting.commands.includes(command);
}
