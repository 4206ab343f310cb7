// Written by scripts/tables.ts from the library by which kubeadm 1.37.1 migrates Corefiles.

/** Releases of CoreDNS that it knows, oldest first. */
export const COREDNS_RELEASES = `
1.1.3 1.1.4 1.2.0 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.2.6 1.3.0 1.3.1 1.4.0 1.5.0 1.5.1 1.5.2 1.6.0 1.6.1 1.6.2 1.6.3 1.6.4 1.6.5 1.6.6 1.6.7 1.6.9 1.7.0 1.7.1 1.8.0 1.8.3 1.8.4 1.8.5 1.8.6 1.8.7 1.9.0 1.9.1 1.9.2 1.9.3 1.9.4 1.10.0 1.10.1 1.11.0 1.11.1 1.11.3 1.11.4 1.12.0 1.12.1 1.12.2 1.12.3 1.12.4 1.13.0 1.13.1 1.13.2 1.14.0 1.14.1 1.14.2 1.14.3 1.14.4 1.14.6
`;

/**
 * A row for each plugin, option (`plugin/option`) and pattern of options (`plugin~pattern`) that it knows how to migrate: the first and
 * the last release, `-` where that is the newest. What is there again after some releases has several rows.
 */
export const COREDNS_NAMES = String.raw`
autopath 1.1.4 -
cache 1.1.4 -
cache/denial 1.1.4 -
cache/disable 1.9.4 -
cache/keepttl 1.10.1 -
cache/prefetch 1.1.4 -
cache/serve_stale 1.6.6 1.6.9
cache/serve_stale 1.9.4 -
cache/servfail 1.9.4 -
cache/success 1.1.4 -
errors 1.1.4 -
errors/consolidate 1.2.6 -
errors/stacktrace 1.9.3 -
forward 1.1.4 -
forward/except 1.1.4 -
forward/expire 1.1.4 -
forward/fail_fast 1.11.4 1.11.4
forward/failfast_all_unhealthy_upstreams 1.12.0 -
forward/force_tcp 1.1.4 -
forward/health_check 1.1.4 -
forward/max_concurrent 1.6.9 -
forward/max_fails 1.1.4 -
forward/next 1.11.4 -
forward/policy 1.1.4 -
forward/prefer_udp 1.2.0 -
forward/tls 1.1.4 -
forward/tls_servername 1.1.4 -
health 1.1.4 -
health/lameduck 1.1.4 -
hosts 1.1.4 -
hosts/fallthrough 1.1.4 -
hosts/no_reverse 1.1.4 -
hosts/reload 1.1.4 -
hosts/ttl 1.1.4 -
hosts~[0-9A-Fa-f]{1,4}:[:0-9A-Fa-f]+:[0-9A-Fa-f]{1,4} 1.1.4 -
hosts~\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3} 1.1.4 -
k8s_external 1.3.0 -
k8s_external/apex 1.3.0 -
k8s_external/fallthrough 1.11.0 -
k8s_external/ttl 1.3.0 -
kubernetes 1.1.4 -
kubernetes/endpoint 1.1.4 -
kubernetes/endpoint_pod_names 1.1.4 -
kubernetes/fallthrough 1.1.4 -
kubernetes/ignore 1.1.4 -
kubernetes/kubeconfig 1.2.3 -
kubernetes/labels 1.1.4 -
kubernetes/namespaces 1.1.4 -
kubernetes/noendpoints 1.1.4 -
kubernetes/pods 1.1.4 -
kubernetes/resyncperiod 1.1.4 1.7.1
kubernetes/tls 1.1.4 -
kubernetes/transfer 1.1.4 1.8.0
kubernetes/ttl 1.1.4 -
kubernetes/upstream 1.1.4 1.7.1
loadbalance 1.1.4 -
log 1.1.4 -
log/class 1.1.4 -
loop 1.2.1 -
prometheus 1.1.4 -
proxy 1.1.4 1.5.0
proxy/except 1.1.4 1.5.0
proxy/fail_timeout 1.1.4 1.5.0
proxy/health_check 1.1.4 1.5.0
proxy/max_fails 1.1.4 1.5.0
proxy/policy 1.1.4 1.5.0
proxy/protocol 1.1.4 1.5.0
proxy/spray 1.1.4 1.5.0
ready 1.5.0 -
reload 1.1.4 -
rewrite 1.1.4 -
rewrite/answer name 1.1.4 -
rewrite/class 1.1.4 -
rewrite/cname_target 1.11.0 -
rewrite/edns0 1.1.4 -
rewrite/name 1.1.4 -
rewrite/ttl 1.2.3 -
rewrite/type 1.1.4 -
transfer 1.8.0 -
transfer/to 1.8.0 -
`;

/** The CoreDNS that kubeadm of a minor brings. */
export const COREDNS_OF_MINOR: Readonly<Record<string, string>> = {
  '1.35': '1.13.1',
  '1.36': '1.14.2',
  '1.37': '1.14.6',
};
