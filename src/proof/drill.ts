import pLimit from 'p-limit';
import { listPages } from '../backup/list-pages.ts';
import type { ProofDifference, ResourcePart } from '../backup/manifest.ts';
import type { Kube } from '../ports/kube.ts';
import { KubeStatusError } from '../ports/kube.ts';
import { compareKind } from './compare-kind.ts';
import type { ExportToProve } from './cross-proof.ts';
import type { CustomKind } from './custom-kinds.ts';
import { linesOf } from './lines.ts';
import { entryOf } from './object-index.ts';
import { readServed } from './served.ts';
import { resourceName } from './storage-keys.ts';
import { startTally, type Tally, type TallyReport } from './tally.ts';
import { findUnreadable } from './unreadable.ts';

export interface DrillInput extends ExportToProve {
  /** An API server of the version that the export came from, on the restored snapshot. */
  readonly kube: Kube;
  readonly customKinds: ReadonlyMap<string, CustomKind>;
  /** CustomResourceDefinitions that changed after the export: their kinds are served by other rules now. */
  readonly changedDefinitions: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

const CONCURRENCY = 4;

/**
 * Lists every exported kind from an API server on the restored snapshot, at the export's own revision, and compares all of it byte
 * for byte with the export, by its SHA-256: what was exported is what the snapshot gives back.
 * @throws KubestairError KUBE_UNREACHABLE, the signal's reason
 */
export async function drill(input: DrillInput): Promise<TallyReport> {
  const { tally, report } = startTally();
  const limit = pLimit(CONCURRENCY);
  await limit.map(input.resources, (part) => drillKind(part, input, tally));
  return report();
}

async function drillKind(part: ResourcePart, input: DrillInput, tally: Tally): Promise<void> {
  const { kube, resourceVersion, signal } = input;
  const skipped = whyNotServed(part, input);
  if (skipped !== undefined)
    return tally.except({ what: resourceName(part), count: part.objects, reason: skipped });
  if (part.part === undefined) return;
  try {
    const served = await readServed(kube, part, resourceVersion, signal);
    if (served.sha256 === part.part.plain.sha256) return tally.same(served.objects);
    await nameDifferences(part, input, tally);
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError)) throw thrown;
    await findUnreadable(part, input, thrown, tally);
  }
}

/** Why a kind cannot be compared at all. */
export function whyNotServed(
  part: ResourcePart,
  { customKinds, changedDefinitions }: Pick<DrillInput, 'customKinds' | 'changedDefinitions'>,
): string | undefined {
  const name = resourceName(part);
  if (part.consistency !== 'exact') return 'the API server keeps them elsewhere than in this etcd';
  if (changedDefinitions.has(name)) return 'its CustomResourceDefinition changed after the export';
  const custom = customKinds.get(name);
  if (custom === undefined || !custom.webhook) return undefined;
  if (custom.storedVersions.every((version) => version === part.version)) return undefined;
  return `they lie in etcd as ${custom.storedVersions.join(' and ')}, and ${part.version} comes out of a conversion webhook, which is not called`;
}

async function nameDifferences(part: ResourcePart, input: DrillInput, tally: Tally): Promise<void> {
  const { kube, index, resourceVersion, signal } = input;
  const found: ProofDifference[] = [];
  const comparison = compareKind({
    kind: resourceName(part),
    entries: index.entriesOf(part, signal),
    differ: (difference) => {
      found.push(difference);
      tally.differ(difference);
    },
    findings: {
      onlyExported: 'is in the export, but the restored snapshot does not give it back',
      notExported: 'comes back from the restored snapshot, but is not in the export',
    },
  });
  for await (const line of linesOf(listPages(kube, part, resourceVersion, () => {}, signal))) {
    const served = entryOf(line);
    await comparison.see(served.path, ({ crc }) =>
      crc === served.crc
        ? undefined
        : 'comes back from the restored snapshot with other contents than it was exported with',
    );
  }
  tally.same(await comparison.finish());
  if (found.length === 0) {
    tally.differ({
      object: resourceName(part),
      finding: 'has another SHA-256 than its part, and no object tells why',
    });
  }
}
