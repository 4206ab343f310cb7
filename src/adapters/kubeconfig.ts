import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { KubestairError } from '../errors.ts';

/** Mounted into every pod whose service account may talk to the API. */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** The name that client-node gives it. */
const IN_CLUSTER_CONTEXT = 'inClusterContext';

export interface KubeconfigOptions {
  /** One file; default $KUBECONFIG, then ~/.kube/config, then the service account of the pod around us. */
  readonly kubeconfig?: string | undefined;
  /** Default: the file's current context. */
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads a kubeconfig as kubectl does, with one context chosen.
 * @throws KubestairError KUBE_CONFIG, naming the contexts that there are
 */
export async function loadKubeconfig(options: KubeconfigOptions): Promise<KubeConfig> {
  const files = filesOf(options);
  if (files.length === 0) return inCluster(options);
  const config = await readFiles(files);
  const name = chooseContext(config, options.context, files.join(delimiter));
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) {
    const missing = cluster === null ? 'cluster' : 'user';
    throw new KubestairError(
      'KUBE_CONFIG',
      `Context "${name}" of ${files.join(delimiter)} names a ${missing} that is not there`,
      {
        object: `context ${name}`,
        next: `Add the ${missing} to the kubeconfig, or name another context in spec.access.context.`,
      },
    );
  }
  if (!/^https?:/.test(cluster.server) || !URL.canParse(cluster.server)) {
    throw new KubestairError('KUBE_CONFIG', `"${cluster.server}" is not the URL of an API server`, {
      object: `context ${name}`,
      next: `Correct the server of cluster "${cluster.name}" in ${files.join(delimiter)}, for example https://api.example:6443.`,
    });
  }
  // kubectl speaks plain http without ado; client-node refuses it unless this is set, although there is no TLS to skip.
  if (cluster.server.startsWith('http:')) Object.assign(cluster, { skipTLSVerify: true });
  return config;
}

function filesOf({ kubeconfig, env }: KubeconfigOptions): readonly string[] {
  if (kubeconfig !== undefined) return [expandHome(kubeconfig, env)];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return listed;
  const usual = join(env.HOME ?? '', '.kube', 'config');
  return existsSync(usual) ? [usual] : [];
}

function expandHome(file: string, env: KubeconfigOptions['env']): string {
  return file.startsWith('~/') && env.HOME !== undefined ? join(env.HOME, file.slice(2)) : file;
}

function inCluster({ context }: KubeconfigOptions): KubeConfig {
  if (!existsSync(SERVICE_ACCOUNT_TOKEN) || (context !== undefined && context !== IN_CLUSTER_CONTEXT)) {
    throw new KubestairError(
      'KUBE_CONFIG',
      'There is no kubeconfig: $KUBECONFIG is not set and ~/.kube/config does not exist',
      {
        next: 'Name the file in spec.access.kubeconfig or with --kubeconfig, or set $KUBECONFIG.',
      },
    );
  }
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}

/** Of several files, those that do not exist are passed over and the first to define a name wins, as in kubectl. */
async function readFiles(files: readonly string[]): Promise<KubeConfig> {
  const configs: KubeConfig[] = [];
  for (const file of files) {
    const config = await readOne(file, files.length > 1);
    if (config !== undefined) configs.push(config);
  }
  const [merged, ...others] = configs;
  if (merged === undefined) throw noSuchFile(files.join(delimiter));
  for (const other of others) merge(merged, other);
  return merged;
}

async function readOne(file: string, mayBeMissing: boolean): Promise<KubeConfig | undefined> {
  const config = new KubeConfig();
  try {
    config.loadFromString(await readFile(file, 'utf8'));
    config.makePathsAbsolute(dirname(file));
    return config;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && mayBeMissing) return undefined;
    if (code === 'ENOENT') throw noSuchFile(file);
    // A parser's message may quote the file, and with it a token.
    const reason = code ?? 'it is no kubeconfig in YAML or JSON';
    throw new KubestairError('KUBE_CONFIG', `The kubeconfig ${file} cannot be read: ${reason}`, {
      object: file,
      next: `Try it with kubectl --kubeconfig ${file} config view.`,
    });
  }
}

function noSuchFile(file: string): KubestairError {
  return new KubestairError('KUBE_CONFIG', `The kubeconfig ${file} does not exist`, {
    object: file,
    next: 'Correct spec.access.kubeconfig, --kubeconfig or $KUBECONFIG; a path in the cluster file starts from that file.',
  });
}

function merge(into: KubeConfig, from: KubeConfig): void {
  for (const cluster of from.clusters) if (into.getCluster(cluster.name) === null) into.addCluster(cluster);
  for (const user of from.users) if (into.getUser(user.name) === null) into.addUser(user);
  for (const context of from.contexts)
    if (into.getContextObject(context.name) === null) into.addContext(context);
  if (!into.currentContext && from.currentContext) into.setCurrentContext(from.currentContext);
}

function chooseContext(config: KubeConfig, wanted: string | undefined, files: string): string {
  const name = wanted ?? config.getCurrentContext();
  const names = config.getContexts().map((context) => context.name);
  if (names.includes(name)) return name;
  const message = name ? `${files} has no context "${name}"` : `${files} has no current context`;
  const have =
    names.length === 0 ? 'it has none at all' : `it has ${names.map((each) => `"${each}"`).join(', ')}`;
  throw new KubestairError('KUBE_CONFIG', `${message}; ${have}`, {
    object: files,
    next: 'Name one of its contexts in spec.access.context.',
  });
}
