import pLimit from 'p-limit';
import { asKubestairError } from '../../../errors.ts';
import type { Finding } from '../../../plan/plan.ts';
import type { Host } from '../../../ports/host.ts';
import type { RestoreHost } from '../../../restore/etcd/plan.ts';
import type { SurveyedHost } from './steps.ts';
import { surveyHost } from './survey.ts';

const HOSTS_AT_ONCE = 8;

type HostOf = (node: { readonly name: string; readonly address: string }) => Host;

/** Hosts as they were found, and what kept others from being looked at. */
export interface Survey {
  readonly hosts: readonly SurveyedHost[];
  readonly findings: readonly Finding[];
}

export const NO_HOSTS: Survey = { hosts: [], findings: [] };

/** What a rollback has to know of workers: a restore of etcd alone leaves them as they are. */
export async function surveyWorkers(
  workers: readonly { readonly name: string; readonly address: string }[],
  { hostOf }: { readonly hostOf: HostOf },
  signal: AbortSignal,
): Promise<Survey> {
  const results = await pLimit(HOSTS_AT_ONCE).map(workers, ({ name, address }) => {
    const host = { name, address, role: 'worker' as const };
    return lookAt(host, hostOf(host), signal);
  });
  return {
    hosts: results.flatMap((result) => ('facts' in result ? [result] : [])),
    findings: results.flatMap((result) => ('facts' in result ? [] : [result])),
  };
}

/** Every control plane and, where etcd is external, every host of it. */
export async function surveyHosts(
  controlPlanes: readonly { readonly name: string; readonly address: string }[],
  { hostOf }: { readonly hostOf: HostOf },
  signal: AbortSignal,
): Promise<Survey> {
  const limit = pLimit(HOSTS_AT_ONCE);
  const look = (hosts: readonly RestoreHost[]) =>
    limit.map(hosts, (host) => lookAt(host, hostOf(host), signal));
  const first = await look(
    controlPlanes.map(({ name, address }) => ({ name, address, role: 'control-plane' })),
  );
  const known = first.flatMap((result) => ('facts' in result ? [result] : []));
  const second = await look(externalHosts(known));
  const results = [...first, ...second];
  const surveyed = results.flatMap((result) => ('facts' in result ? [result] : []));
  return {
    hosts: withMembersOfOwn(surveyed),
    findings: results.flatMap((result) => ('facts' in result ? [] : [result])),
  };
}

async function lookAt(
  host: RestoreHost,
  connection: Host,
  signal: AbortSignal,
): Promise<SurveyedHost | Finding> {
  try {
    return { host, facts: await surveyHost(connection, host.role, signal) };
  } catch (thrown) {
    signal.throwIfAborted();
    const { message, next } = asKubestairError(thrown);
    return {
      check: 'restore-hosts',
      severity: 'blocking',
      object: `Node/${host.name}`,
      message,
      remedy: `${withoutIt(host)}${next ?? 'Let the host be reached.'}`,
    };
  }
}

/** A host of an external etcd is no node: every member gets the data. */
function withoutIt({ name, role }: RestoreHost): string {
  return role === 'etcd' ? '' : `If it is gone for good, leave it out with --without ${name}. If not: `;
}

/** The hosts of an external etcd, as the API servers name them. */
function externalHosts(controlPlanes: readonly SurveyedHost[]): readonly RestoreHost[] {
  if (controlPlanes.some(({ facts }) => facts.manifests.etcd !== undefined)) return [];
  const urls = controlPlanes
    .flatMap(({ facts }) => (facts.manifests['kube-apiserver']?.flag('etcd-servers') ?? '').split(','))
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  return [...new Set(urls)].map((address) => ({ name: address, address, role: 'etcd' }));
}

/** An external etcd may run on the control planes themselves: then it is one host, not two. */
function withMembersOfOwn(hosts: readonly SurveyedHost[]): readonly SurveyedHost[] {
  const isControlPlane = ({ host }: SurveyedHost) => host.role === 'control-plane';
  const memberAt = (address: string) =>
    hosts.find(({ host }) => host.role === 'etcd' && host.address === address)?.facts.member;
  return hosts
    .filter(
      ({ host }) =>
        host.role !== 'etcd' ||
        !hosts.some((other) => isControlPlane(other) && other.host.address === host.address),
    )
    .map(({ host, facts }) => ({
      host,
      facts: { ...facts, member: facts.member ?? memberAt(host.address) },
    }));
}
