import pLimit from 'p-limit';
import { unknown } from '../../../cluster/known.ts';
import type { FreedHost, Observation } from '../../../cluster/observation.ts';
import { minorOf } from '../../../cluster/version.ts';
import type { ClusterConfig } from '../../../config/schema.ts';
import { asKubestairError } from '../../../errors.ts';
import type { Finding, Hop } from '../../../plan/plan.ts';
import { spareHosts } from '../../../plan/replace.ts';
import type { Host } from '../../../ports/host.ts';
import { judge, type PreflightInput, TOOLS } from '../preflight.ts';
import { offersScript, parseOffers } from '../scripts/offers.ts';
import { DEFAULT_REPOSITORY } from '../scripts/package-source.ts';
import { SPARE_FACTS } from './scripts.ts';

const HOSTS_AT_ONCE = 8;
const CHECK = 'spare-hosts';

/** What stands in the way of the hosts that are to become nodes; nothing where the strategy is another one. */
export async function preflightSpares(
  observation: Observation,
  hops: readonly Hop[],
  config: ClusterConfig,
  { hostOf, repository, signal }: PreflightInput,
): Promise<readonly Finding[]> {
  const last = hops.at(-1);
  if (last === undefined) return [];
  const limit = pLimit(HOSTS_AT_ONCE);
  const findings = await Promise.all(
    spareHosts(observation, config).map((spare) =>
      limit(() => preflightSpare(hostOf(spare), spare, last, observation.clusterUid, repository, signal)),
    ),
  );
  return findings.flat();
}

async function preflightSpare(
  host: Host,
  { name, address }: FreedHost,
  hop: Hop,
  clusterUid: string,
  repository: string | undefined,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const object = `Host/${name}`;
  try {
    const { stdout } = await host.run(SPARE_FACTS, { sudo: true, signal, timeoutSeconds: 60 });
    const facts = judgeSpare(stdout, name, clusterUid);
    const script = offersScript([minorOf(hop.to)], repository, TOOLS);
    const offers = await host.run(script, { sudo: true, signal, timeoutSeconds: 300 });
    const node = { name, host: unknown('it is no node yet') };
    const found = judge(parseOffers(offers.stdout), node, [hop], repository ?? DEFAULT_REPOSITORY);
    return [...facts, ...found.map((finding) => ({ ...finding, object }))];
  } catch (thrown) {
    signal?.throwIfAborted();
    const { message, next, code } = asKubestairError(thrown);
    return [
      {
        check: CHECK,
        severity: 'unknown',
        object,
        message: `could not be looked at, at ${address}: ${message}`,
        remedy:
          next ??
          'Let Kubestair reach the host as spec.access.ssh says, or take it out of spec.workers.spares.',
        code,
      },
    ];
  }
}

/** What a spare's own facts say against it. @param stdout of SPARE_FACTS */
export function judgeSpare(stdout: string, name: string, clusterUid: string): readonly Finding[] {
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const textOf = (key: string) => lines.find(([first]) => first === key)?.[1];
  const about = { check: CHECK, severity: 'blocking', object: `Host/${name}` } as const;
  const findings: Finding[] = [];
  if (lines.some(([key]) => key === 'joined') && textOf('mark') !== clusterUid) {
    findings.push({
      ...about,
      message: `belongs to a cluster already, at ${textOf('joined') || 'an unknown address'}`,
      remedy: 'Name another host. If that cluster is gone: kubeadm reset on the host.',
    });
  }
  if (textOf('runtime') === undefined) {
    findings.push({
      ...about,
      message: 'runs no container runtime: neither containerd nor crio is active',
      remedy:
        'Install one and set it up as on the other workers, mirrors and network configuration included.',
    });
  }
  return findings;
}
