import pLimit from 'p-limit';
import { KubestairError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Kube } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import { type Discovery, discover } from './discover.ts';
import { CutExpiredError, exportKind, failedKind, type KindDeps } from './export-kind.ts';
import { currentResourceVersion, NAMESPACES } from './list-pages.ts';
import type { ResourcePart } from './manifest.ts';
import type { PartStore } from './parts.ts';
import { startMeter } from './progress.ts';
import { type KindSurvey, surveyKinds } from './survey.ts';

const CONCURRENCY = 4;
const CUTS = 3;
const DISCOVERIES = 3;
const DISCOVERY_PAUSE_MILLISECONDS = 2000;

export interface ExportDeps {
  readonly kube: Kube;
  readonly parts: PartStore;
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

/**
 * Exports every listable kind as NDJSON at one resource version, several kinds at a time. When the API server compacts that
 * version away meanwhile (every 5 minutes by default), everything is exported again at a new one, so that it stays one cut.
 * @throws KubestairError KUBE_REQUEST after three cuts that came too late; errors of the store; the signal's reason
 */
export async function exportResources(deps: ExportDeps): Promise<ResourceExport> {
  const { kinds, gaps } = await discoverSettled(deps);
  const surveys = await surveyKinds(deps.kube, kinds, deps.signal);
  const missing = gaps.map(({ group, version, reason }) =>
    failedKind({ group, version, resource: '*', kind: '*', namespaced: false }, reason),
  );
  for (let cut = 1; ; cut++) {
    const resourceVersion = await currentResourceVersion(deps.kube, NAMESPACES, deps.signal);
    try {
      const exported = await exportCut(surveys, resourceVersion, deps);
      return { resourceVersion, resources: [...exported, ...missing] };
    } catch (error) {
      if (!(error instanceof CutExpiredError)) throw error;
      if (cut === CUTS) throw tooSlow(deps.kube, error);
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
  deps: ExportDeps,
): Promise<readonly ResourcePart[]> {
  // The first failure stops the other kinds, so that a new cut starts with nothing under way.
  const failure = new AbortController();
  const signal = AbortSignal.any([deps.signal, failure.signal]);
  const meter = startMeter('export', deps);
  const limit = pLimit(CONCURRENCY);
  const work = surveys.map((survey) =>
    limit(async () => {
      try {
        return await exportSurveyed(survey, resourceVersion, { ...deps, meter, signal });
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  const results = await Promise.allSettled(work);
  deps.signal.throwIfAborted();
  failure.signal.throwIfAborted();
  deps.log.info(`export at resource version ${resourceVersion}: ${meter.summary()}`);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function exportSurveyed(
  survey: KindSurvey,
  resourceVersion: string,
  deps: KindDeps,
): Promise<ResourcePart> {
  deps.signal.throwIfAborted();
  switch (survey.cut) {
    case 'exact':
      return await exportKind(survey.kind, resourceVersion, deps);
    case 'own':
      return await exportKind(survey.kind, undefined, deps);
    case 'none':
      return failedKind(survey.kind, survey.reason);
  }
}

function tooSlow(kube: Kube, cause: unknown): KubestairError {
  return new KubestairError(
    'KUBE_REQUEST',
    `the API server compacted its history before all kinds were listed at one resource version, ${CUTS} times`,
    {
      object: kube.server,
      next: 'Run the backup closer to the API server, or raise its --etcd-compaction-interval (5m by default).',
      cause,
    },
  );
}
