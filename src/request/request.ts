import type { Command } from './contract/commands.ts';
import type { SETTINGS } from './contract/settings.ts';

/** What one run is asked to do. Secrets have become private files by now; how results are shown is not part of it. */
export type Request = { readonly [C in Command]: RequestOf<C> }[Command];

/** The request of one command: what all have, and those settings that mean something to it, absent where not given. */
export type RequestOf<C extends Command> = CommonRequest & { readonly command: C } & SettingsOf<C>;

export type PlanRequest = RequestOf<'plan'>;
export type BackupRequest = RequestOf<'backup'>;
export type UpgradeRequest = RequestOf<'upgrade'>;
export type MatrixRequest = RequestOf<'matrix'>;
export type StatusRequest = RequestOf<'status'>;

interface CommonRequest {
  /** Cluster file as the user named it, relative to `RunIo.cwd`; empty for a plan from an observation that brings its own. */
  readonly file: string;
  readonly verbose: boolean;
  readonly access: AccessOverrides;
}

/** Paths that win over the cluster file's `spec.access`; the Action fills them from its inputs. */
export interface AccessOverrides {
  readonly kubeconfigFile?: string;
  readonly sshIdentityFile?: string;
  readonly sshKnownHostsFile?: string;
  /** File with age identities. */
  readonly ageIdentityFile?: string;
  /** They are private copies of inputs, which are gone after the run: no command to copy names them. */
  readonly fromInputs?: true;
}

export type SettingName = keyof typeof SETTINGS;

/** Settings that every request has under a name of its own, or that end before a request is made. */
export const COMMON_SETTINGS = [
  'command',
  'file',
  'output',
  'report',
  'verbose',
  'sshPrivateKey',
  'sshKnownHosts',
  'kubeconfig',
  'kubeconfigFile',
  'comment',
  'githubToken',
  'identity',
  'ageIdentity',
] as const satisfies readonly SettingName[];

type OwnSetting = Exclude<SettingName, (typeof COMMON_SETTINGS)[number]>;

type SettingsOf<C extends Command> = {
  readonly [K in OwnSetting as AppliesTo<(typeof SETTINGS)[K], C> extends true ? K : never]?: ValueOf<
    (typeof SETTINGS)[K]
  >;
};

type AppliesTo<S, C extends Command> = S extends { readonly commands: readonly (infer Named)[] }
  ? C extends Named
    ? true
    : false
  : true;

type ValueOf<S> = S extends { readonly type: 'boolean' }
  ? true
  : S extends { readonly type: 'list' }
    ? readonly string[]
    : S extends { readonly type: 'choice'; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : string;

/** A setting's value before it is checked; empty texts and lists, and false, count as not given. */
export type RawValue = string | boolean | readonly string[] | undefined;
