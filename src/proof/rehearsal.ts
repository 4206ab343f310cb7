import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { discover } from '../backup/discover.ts';
import { listPages } from '../backup/list-pages.ts';
import type { ResourcePart } from '../backup/manifest.ts';
import type { Clock } from '../ports/clock.ts';
import { type Kube, KubeStatusError } from '../ports/kube.ts';
import { compareServers } from './compare-servers.ts';
import type { CustomKind } from './custom-kinds.ts';
import { type DrillInput, whyNotServed } from './drill.ts';
import { linesOf } from './lines.ts';
import { entryOf } from './object-index.ts';
import { roundTrip } from './round-trip.ts';
import { startSample } from './sample.ts';
import { resourceName } from './storage-keys.ts';
import { startTally, type Tally, type TallyReport } from './tally.ts';
import { findUnreadable } from './unreadable.ts';

export interface RehearsalInput extends Omit<DrillInput, 'kube'> {
  /** API servers of the version that is and of the one that is to come, on the same restored snapshot. */
  readonly current: Kube;
  readonly target: Kube;
  /** The custom kinds as the target sees them. */
  readonly targetKinds: ReadonlyMap<string, CustomKind>;
  readonly clock: Clock;
}

const CONCURRENCY = 4;
/** Of every kind, so many objects are written back. */
const ROUND_TRIPS = 10;
const SETTLE_SECONDS = 30;
const POLL_MILLISECONDS = 500;

/** Kinds that the target serves, as `resource.group`, with the version that it prefers. */
type Served = ReadonlyMap<string, ResourcePart['version']>;

/**
 * Lets the API server of the next version serve what the snapshot holds: every object decodes and lists, with all the fields that
 * it has today; a sample of every kind is written back without storing it, which validates it by the rules of that version; every
 * custom kind is established. Objects whose API is gone are named.
 * @throws KubestairError KUBE_UNREACHABLE, the signal's reason
 */
export async function rehearse(input: RehearsalInput): Promise<TallyReport> {
  const { tally, report } = startTally();
  const served = await servedKinds(input);
  for (const { name, refused } of input.targetKinds.values()) {
    const reason = refused ?? (served.has(name) ? undefined : 'the API server does not serve its kind');
    if (reason !== undefined)
      tally.differ({
        object: `customresourcedefinitions.apiextensions.k8s.io ${name}`,
        finding: `is not established: ${reason}`,
      });
  }
  await pLimit(CONCURRENCY).map(input.resources, (part) => rehearseKind(part, served, input, tally));
  return report();
}

/** Discovery shows custom kinds a moment after the API server says that it is ready. */
async function servedKinds({ target, targetKinds, clock, signal }: RehearsalInput): Promise<Served> {
  const deadline = clock.monotonic() + SETTLE_SECONDS * 1000;
  for (;;) {
    const { kinds } = await discover(target, signal);
    const served = new Map(kinds.map((kind) => [resourceName(kind), kind.version]));
    const settled = [...targetKinds.values()].every(
      ({ name, refused }) => refused !== undefined || served.has(name),
    );
    if (settled || clock.monotonic() >= deadline) return served;
    await clock.sleep(POLL_MILLISECONDS, signal);
  }
}

async function rehearseKind(
  part: ResourcePart,
  served: Served,
  input: RehearsalInput,
  tally: Tally,
): Promise<void> {
  const { target, resourceVersion, signal } = input;
  if (part.part === undefined || part.objects === 0) return;
  const skipped = whyNotServed(part, input);
  if (skipped !== undefined)
    return tally.except({ what: resourceName(part), count: part.objects, reason: skipped });
  const preferred = served.get(resourceName(part));
  if (preferred === undefined) return await nameGone(part, input, tally);
  const sample = startSample(ROUND_TRIPS);
  try {
    const hash = createHash('sha256');
    let objects = 0;
    const pages = listPages(target, part, resourceVersion, (page) => (objects += page.items), signal);
    for await (const line of linesOf(tee(pages, (chunk) => hash.update(chunk))))
      sample.offer(entryOf(line).path);
    if (hash.digest('hex') !== part.part.plain.sha256) await compareServers(part, input, tally);
    else tally.same(objects);
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError)) throw thrown;
    if (thrown.status === 404) return await listElsewhere(part, preferred, input, tally);
    return await findUnreadable(part, { ...input, kube: target }, thrown, tally);
  }
  for (const path of sample.chosen()) await roundTrip(part, path, input, tally);
}

/** The version that the kind was exported in is gone, another one serves its objects. */
async function listElsewhere(
  part: ResourcePart,
  version: string,
  { target, resourceVersion, signal, index }: RehearsalInput,
  tally: Tally,
): Promise<void> {
  const there = { ...part, version };
  let objects = 0;
  try {
    const pages = listPages(target, there, resourceVersion, (page) => (objects += page.items), signal);
    for await (const _chunk of pages);
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError)) throw thrown;
    return await findUnreadable(there, { kube: target, index, resourceVersion, signal }, thrown, tally);
  }
  const reason = `served as ${part.group}/${version}; ${part.group}/${part.version} is gone`;
  tally.same(objects);
  tally.except({ what: resourceName(part), count: objects, reason });
}

async function nameGone(part: ResourcePart, { index, signal }: RehearsalInput, tally: Tally): Promise<void> {
  const api = part.group === '' ? part.version : `${part.group}/${part.version}`;
  for await (const { path } of index.entriesOf(part, signal)) {
    tally.differ({ object: `${resourceName(part)} ${path}`, finding: `has no API any more: ${api} is gone` });
  }
}

async function* tee(
  source: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    see(chunk);
    yield chunk;
  }
}
