import type { DnsPlugin } from '../cluster/extensions.ts';

/**
 * What kubeadm knows of CoreDNS and its plugins, made from github.com/coredns/corefile-migration v1.0.34, the one that kubeadm 1.37
 * is built with (v1.0.29 in 1.35, v1.0.31 in 1.36: the same as far as they go). Reviewed on 2026-11-21 up to Kubernetes 1.37;
 * test/unit/plan/checks/coredns.golden.json holds what the library itself says.
 */

/** CoreDNS that kubeadm brings, by minor of Kubernetes. Source: cmd/kubeadm/app/constants, CoreDNSVersion. */
const BROUGHT: Readonly<Record<string, string>> = {
  '1.31': '1.11.3',
  '1.32': '1.11.3',
  '1.33': '1.12.0',
  '1.34': '1.12.1',
  '1.35': '1.13.1',
  '1.36': '1.14.2',
  '1.37': '1.14.6',
};

/** Releases in order; from each one the next can be reached. */
const RELEASES: readonly string[] = [
  ...['1.8.3', '1.8.4', '1.8.5', '1.8.6', '1.8.7', '1.9.0', '1.9.1', '1.9.2', '1.9.3', '1.9.4'],
  ...['1.10.0', '1.10.1', '1.11.0', '1.11.1', '1.11.3', '1.11.4'],
  ...['1.12.0', '1.12.1', '1.12.2', '1.12.3', '1.12.4', '1.13.0', '1.13.1', '1.13.2'],
  ...['1.14.0', '1.14.1', '1.14.2', '1.14.3', '1.14.4', '1.14.6'],
];

/** Options by plugin; those that came or went later than 1.8.3 with `since` and `until` (not included). */
const PLUGINS: Readonly<Record<string, readonly (string | OptionOf)[]>> = {
  autopath: [],
  cache: [
    ...['denial', 'prefetch', 'success'],
    { option: 'disable', since: '1.9.4' },
    { option: 'keepttl', since: '1.10.1' },
    { option: 'serve_stale', since: '1.9.4' },
    { option: 'servfail', since: '1.9.4' },
  ],
  errors: ['consolidate', { option: 'stacktrace', since: '1.9.3' }],
  forward: [
    ...['except', 'expire', 'force_tcp', 'health_check', 'max_concurrent', 'max_fails'],
    ...['policy', 'prefer_udp', 'tls', 'tls_servername'],
    { option: 'fail_fast', since: '1.11.4', until: '1.12.0' },
    { option: 'failfast_all_unhealthy_upstreams', since: '1.12.0' },
    { option: 'next', since: '1.11.4' },
  ],
  health: ['lameduck'],
  hosts: ['fallthrough', 'no_reverse', 'reload', 'ttl'],
  k8s_external: ['apex', 'ttl', { option: 'fallthrough', since: '1.11.0' }],
  kubernetes: [
    ...['endpoint', 'endpoint_pod_names', 'fallthrough', 'ignore', 'kubeconfig', 'labels'],
    ...['namespaces', 'noendpoints', 'pods', 'tls', 'ttl'],
  ],
  loadbalance: [],
  log: ['class'],
  loop: [],
  prometheus: [],
  ready: [],
  reload: [],
  rewrite: [
    ...['answer name', 'class', 'edns0', 'name', 'ttl', 'type'],
    { option: 'cname_target', since: '1.11.0' },
  ],
  transfer: ['to'],
};

/** Lines of the plugin hosts that begin with an address are its content. */
const ADDRESS = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9A-Fa-f]{1,4}:[:0-9A-Fa-f]+:[0-9A-Fa-f]{1,4}/;

interface OptionOf {
  readonly option: string;
  readonly since?: string;
  readonly until?: string;
}

/** The release of CoreDNS that kubeadm of a minor brings; undefined beyond what was reviewed. */
export function dnsOf(minor: string): string | undefined {
  return BROUGHT[minor];
}

/** Releases on the way, without the first; undefined where kubeadm knows no way. */
export function stepsBetween(from: string, to: string): readonly string[] | undefined {
  const start = RELEASES.indexOf(from);
  const end = RELEASES.indexOf(to);
  return start < 0 || end <= start ? undefined : RELEASES.slice(start + 1, end + 1);
}

/** What of a plugin one of the releases does not know, in words. */
export function refusedBy({ plugin, options }: DnsPlugin, releases: readonly string[]): readonly string[] {
  const known = PLUGINS[plugin];
  if (known === undefined) return [`the plugin ${plugin}`];
  return options
    .filter((option) => !(plugin === 'hosts' && ADDRESS.test(option)))
    .filter((option) => !releases.every((release) => knows(known, option, release)))
    .map((option) => `the option ${option} of the plugin ${plugin}`);
}

function knows(options: readonly (string | OptionOf)[], wanted: string, release: string): boolean {
  return options.some((each) => {
    if (typeof each === 'string') return each === wanted;
    const at = RELEASES.indexOf(release);
    const since = each.since === undefined ? 0 : RELEASES.indexOf(each.since);
    const until = each.until === undefined ? RELEASES.length : RELEASES.indexOf(each.until);
    return each.option === wanted && at >= since && at < until;
  });
}
