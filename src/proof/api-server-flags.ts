/** Flags of the API server that decide how it reads what lies in etcd; the others are about its surroundings. */
const KEPT = [
  'allow-privileged',
  'emulated-version',
  'emulation-forward-compatible',
  'feature-gates',
  'min-compatibility-version',
  'runtime-config',
  'runtime-config-emulation-forward-compatible',
  'service-cluster-ip-range',
  'service-node-port-range',
  'storage-media-type',
] as const;

const DEFAULT_PREFIX = '/registry';
const WEBHOOKS = ['MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook'];

/** What has to be known of a cluster's API server to start one that reads its data as it does. */
export interface ApiServerSettings {
  /** As on its command line, as far as they matter to a scratch one. */
  readonly flags: readonly string[];
  /** Prefix of its keys in etcd, without a `/` at the end. */
  readonly etcdPrefix: string;
}

/** @param flag Value of a flag of the cluster's API server; undefined when it is not set. */
export function apiServerSettings(flag: (name: string) => string | undefined): ApiServerSettings {
  const kept = KEPT.flatMap((name) => {
    const value = flag(name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  const disabled = (flag('disable-admission-plugins') ?? '').split(',').filter((name) => name !== '');
  const plugins = [...new Set([...disabled, ...WEBHOOKS])].join(',');
  return {
    flags: [...kept, `--disable-admission-plugins=${plugins}`],
    etcdPrefix: `/${(flag('etcd-prefix') ?? DEFAULT_PREFIX).replace(/^\/+|\/+$/g, '')}`,
  };
}

/** For a backup that does not say: what an API server does unless it is told otherwise. */
export const DEFAULT_SETTINGS: ApiServerSettings = apiServerSettings(() => undefined);
