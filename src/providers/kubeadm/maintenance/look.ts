import pLimit from 'p-limit';
import { type Known, known, unknown, unknownFrom } from '../../../cluster/known.ts';
import type { NodeObservation } from '../../../cluster/observation.ts';
import type { SystemConfig } from '../../../config/schema.ts';
import { KubestairError } from '../../../errors.ts';
import type { FoundFacts, MaintenanceFacts } from '../../../maintenance/facts.ts';
import type { Host } from '../../../ports/host.ts';
import { lookScript } from './scripts.ts';

const HOSTS_AT_ONCE = 8;
/** Lists of packages may come over a slow line. */
const TIMEOUT_SECONDS = 300;

/** Asks every host what it needs. One that cannot be asked is unknown, with the code of the error. */
export async function lookAtHosts(
  nodes: readonly NodeObservation[],
  config: SystemConfig,
  hostOf: (node: NodeObservation) => Host,
  signal?: AbortSignal,
): Promise<FoundFacts> {
  const limit = pLimit(HOSTS_AT_ONCE);
  const found = await Promise.all(
    nodes.map((node) =>
      limit(async () => [node.name, await lookAtHost(hostOf(node), config, signal)] as const),
    ),
  );
  return new Map(found);
}

/** What one host needs, and what it notes of the last maintenance. */
export async function lookAtHost(
  host: Host,
  config: Pick<SystemConfig, 'packages'>,
  signal?: AbortSignal,
): Promise<Known<MaintenanceFacts>> {
  try {
    const { stdout } = await host.run(lookScript(config), {
      sudo: true,
      signal,
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    return parseFacts(stdout);
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof KubestairError && thrown.code.startsWith('HOST_')) return unknownFrom(thrown);
    throw thrown;
  }
}

/** Reads what the script printed. */
export function parseFacts(stdout: string): Known<MaintenanceFacts> {
  const lines = stdout.split('\n').map((line) => {
    const end = line.indexOf(' ');
    return end < 0 ? { key: line, text: '' } : { key: line.slice(0, end), text: line.slice(end + 1).trim() };
  });
  const all = (key: string) => lines.filter((line) => line.key === key).map(({ text }) => text);
  const [bootId = ''] = all('boot');
  const errors = all('error');
  if (bootId === '') return unknown('the host did not say which boot it is in');
  if (errors.length > 0) return unknown(`the lists of packages cannot be had: ${errors.join('; ')}`);
  const [asked] = all('asked');
  const [id, bootBefore, systemDone, closed] = all('record')[0]?.split(' ') ?? [];
  return known({
    updates: all('update').toSorted(),
    warnings: all('warning'),
    bootId,
    ...(asked !== undefined && asked !== '' && { rebootAsked: asked }),
    ...(id !== undefined &&
      bootBefore !== undefined && {
        record: { id, bootBefore, systemDone: systemDone === 'yes', closed: closed === 'yes' },
      }),
  });
}
