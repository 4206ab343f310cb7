import { asKubestairError, KubestairError } from '../../../errors.ts';
import type { Host } from '../../../ports/host.ts';
import type { ScratchMachine, ScratchNeed } from '../../../ports/scratch-machine.ts';
import { type ApiServerSettings, apiServerSettings } from '../../../proof/api-server-flags.ts';
import { readApiServer } from '../apiserver.ts';
import { openHostScratch } from './machine.ts';

/** On the first host that can. @throws KubestairError SCRATCH_UNAVAILABLE with what each of them said */
export async function openScratchOn(
  hosts: readonly Host[],
  id: string,
  need: ScratchNeed,
  signal: AbortSignal,
): Promise<ScratchMachine> {
  const { found, problems } = await firstOf(hosts, (host) => openHostScratch(host, id, need, signal), signal);
  if (found !== undefined) return found;
  const [first] = problems;
  throw new KubestairError('SCRATCH_UNAVAILABLE', saidBy(problems) || 'there is no control-plane host', {
    ...(first?.object !== undefined && { object: first.object }),
    next:
      first?.next ??
      'Name a directory of this machine that holds etcd, etcdutl and kube-apiserver with --binaries.',
  });
}

/** As the first host that answers has them: all are started alike. */
export async function readSettings(hosts: readonly Host[], signal?: AbortSignal): Promise<ApiServerSettings> {
  const { found, problems } = await firstOf(hosts, (host) => readApiServer(host, signal), signal);
  if (found !== undefined) return apiServerSettings(found.flag);
  throw problems[0] ?? new KubestairError('CLUSTER_UNSUPPORTED', 'there is no control-plane host');
}

async function firstOf<T>(
  hosts: readonly Host[],
  attempt: (host: Host) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<{ readonly found?: T; readonly problems: readonly KubestairError[] }> {
  const problems: KubestairError[] = [];
  for (const host of hosts) {
    try {
      return { found: await attempt(host), problems };
    } catch (thrown) {
      signal?.throwIfAborted();
      problems.push(asKubestairError(thrown));
    }
  }
  return { problems };
}

function saidBy(problems: readonly KubestairError[]): string {
  return problems.map(({ message }) => message).join('; ');
}
