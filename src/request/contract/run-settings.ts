import type { Setting } from './setting.ts';

export const OUTPUT_FORMATS = ['text', 'json', 'markdown'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const COMMENT_MODES = ['auto', 'always', 'never'] as const;
/** When a plan is written as a comment on the pull request. */
export type CommentMode = (typeof COMMENT_MODES)[number];

/** How a run reaches the cluster, and where it tells what it did. */
export const RUN_SETTINGS = {
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
