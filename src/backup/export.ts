import pLimit from 'p-limit';
import type { Clock } from '../ports/clock.ts';
import type { Kube } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import { type Discovery, discover } from './discover.ts';
import { CutExpiredError, exportKind, failedKind, type KindDeps } from './export-kind.ts';
import { NAMESPACES, peekAt } from './list-pages.ts';
import type { ResourcePart } from './manifest.ts';
import type { PartStore } from './parts.ts';
import { startMeter } from './progress.ts';
import { type KindSurvey, surveyKinds } from './survey.ts';
import { together } from './together.ts';
import type { BackupWitness } from './witness.ts';

const CONCURRENCY = 4;
const CUTS = 3;
const DISCOVERIES = 3;
const DISCOVERY_PAUSE_MILLISECONDS = 2000;

export interface ExportDeps {
  readonly kube: Kube;
  readonly parts: PartStore;
  readonly witness?: BackupWitness | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface ResourceExport {
  /** The one version that every `exact` kind was listed at. */
  readonly resourceVersion: string;
  /** By group and resource. An entry with the resource `*` is a group version whose resources could not be learnt. */
  readonly resources: readonly ResourcePart[];
}

/** Something that belongs to the cut and is done beside the export; stopped and done again with it when the cut is made anew. */
export type Beside<T> = (resourceVersion: string, signal: AbortSignal) => Promise<T>;

/**
 * Exports every listable kind as NDJSON at one resource version, several kinds at a time. When the API server compacts that
 * version away meanwhile (every 5 minutes by default), everything is exported again at a new one, so that it stays one cut. After
 * three that came too late, the kinds that were compacted away are listed at versions of their own and called `expired`.
 * @param beside Started once the resource version is chosen.
 * @throws KubestairError KUBE_*; errors of the store and of `beside`; the signal's reason
 */
export async function exportResources<T = undefined>(
  deps: ExportDeps,
  beside: Beside<T | undefined> = async () => undefined,
): Promise<ResourceExport & { readonly beside: T | undefined }> {
  const { kinds, gaps } = await discoverSettled(deps);
  const surveys = await surveyKinds(deps.kube, kinds, deps.signal);
  const missing = gaps.map(({ group, version, reason }) =>
    failedKind({ group, version, resource: '*', kind: '*', namespaced: false }, reason),
  );
  for (let cut = 1; ; cut++) {
    // As late as can be: it is compacted away 5 to 10 minutes after it was made.
    const { resourceVersion } = await peekAt(deps.kube, NAMESPACES, deps.signal);
    const ifExpired = cut < CUTS ? 'start over' : 'list anew';
    try {
      const [exported, done] = await together<[readonly ResourcePart[], T | undefined]>(deps.signal, [
        (signal) => exportCut(surveys, resourceVersion, ifExpired, { ...deps, signal }),
        (signal) => beside(resourceVersion, signal),
      ]);
      return { resourceVersion, resources: [...exported, ...missing], beside: done };
    } catch (error) {
      if (!(error instanceof CutExpiredError)) throw error;
      deps.log.warn(
        `resource version ${resourceVersion} expired before all kinds were listed at it; starting over`,
      );
    }
  }
}

/** An aggregated API may just have been restarted: what discovery misses is looked for again, a little later. */
async function discoverSettled({ kube, clock, log, signal }: ExportDeps): Promise<Discovery> {
  for (let attempt = 1; ; attempt++) {
    const discovery = await discover(kube, signal);
    if (discovery.gaps.length === 0 || attempt === DISCOVERIES) return discovery;
    const names = discovery.gaps.map((gap) => `${gap.group}/${gap.version}`).join(', ');
    log.debug(`discovery of ${names} is incomplete, looking again`);
    await clock.sleep(DISCOVERY_PAUSE_MILLISECONDS, signal);
  }
}

async function exportCut(
  surveys: readonly KindSurvey[],
  resourceVersion: string,
  ifExpired: 'start over' | 'list anew',
  deps: ExportDeps,
): Promise<readonly ResourcePart[]> {
  const meter = startMeter('export', deps);
  const limit = pLimit(CONCURRENCY);
  // A large kind that came last would be worked on alone.
  const largestFirst = surveys.toSorted((a, b) => objectsOf(b) - objectsOf(a));
  const exported = await together<readonly ResourcePart[]>(
    deps.signal,
    largestFirst.map(
      (survey) => (signal) =>
        limit(() => exportSurveyed(survey, resourceVersion, ifExpired, { ...deps, meter, signal })),
    ),
  );
  deps.log.info(`export at resource version ${resourceVersion}: ${meter.summary()}`);
  const parts = new Map(largestFirst.map((survey, index) => [survey, exported[index]]));
  return surveys.flatMap((survey) => parts.get(survey) ?? []);
}

function objectsOf(survey: KindSurvey): number {
  return survey.cut === 'none' ? 0 : survey.objects;
}

async function exportSurveyed(
  survey: KindSurvey,
  resourceVersion: string,
  ifExpired: 'start over' | 'list anew',
  deps: KindDeps,
): Promise<ResourcePart> {
  deps.signal.throwIfAborted();
  switch (survey.cut) {
    case 'exact':
      return await exportExactly(survey, resourceVersion, ifExpired, deps);
    case 'own':
      return await exportKind(survey.kind, undefined, deps);
    case 'none':
      return failedKind(survey.kind, survey.reason);
  }
}

async function exportExactly(
  { kind }: KindSurvey,
  resourceVersion: string,
  ifExpired: 'start over' | 'list anew',
  deps: KindDeps,
): Promise<ResourcePart> {
  try {
    return await exportKind(kind, resourceVersion, deps);
  } catch (error) {
    if (!(error instanceof CutExpiredError) || ifExpired === 'start over') throw error;
    const listed = await exportKind(kind, undefined, deps);
    return listed.part === undefined ? listed : { ...listed, consistency: 'expired' };
  }
}
