import type { Result } from '../../report/model.ts';

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
