import { parseSelector } from '../cluster/parse-selector.ts';
import { connect } from '../connect.ts';
import { KubestairError } from '../errors.ts';
import type { Outcome, Result } from '../report/model.ts';
import { count } from '../report/units.ts';
import type { RunIo } from '../request/io.ts';
import type { RequestOf } from '../request/request.ts';
import type { ResourcesReport } from '../restore/resources/report.ts';
import type { RestoreRequest } from '../restore/resources/request.ts';
import { restoreResources as restore } from '../restore/resources/restore.ts';
import { parseRenames, type Selection } from '../restore/resources/selection.ts';
import { withLock } from '../rollout/lock/lock.ts';
import { loadCluster } from './load-cluster.ts';
import { lockDeps } from './lock-deps.ts';
import { openBackup } from './open-backup.ts';
import { outcomeOfError } from './outcome.ts';
import { newRunId } from './run-id.ts';

/** Asks the API server about every object first, and writes only if it refuses none, or if that is accepted. */
export async function restoreResources(request: RequestOf<'restore-resources'>, io: RunIo): Promise<Result> {
  const selection = selectionOf(request);
  const { config } = await loadCluster(request, io);
  await using connections = await connect(config, request.access, io);
  const { kube, store } = connections;
  const identity = request.access.ageIdentityFile;
  const { summary, source } = await openBackup(request.from, config.name, identity, store, io);
  const wanted: Omit<RestoreRequest, 'dryRun'> = {
    manifest: summary.manifest,
    selection,
    existing: request.existing ?? 'skip',
  };
  const deps = { kube, source, clock: io.clock, log: io.log, signal: io.signal };
  const ended = (restored: ResourcesReport, outcome: Outcome): Result => {
    return { command: 'restore-resources', outcome, backup: summary, restored };
  };

  const trial = await io.log.group('Asking the API server about every object', () =>
    restore({ ...wanted, dryRun: true }, deps),
  );
  const refusal = refusalOf(trial);
  if (refusal !== undefined && request.skipRefused !== true) return ended(trial, outcomeOfError(refusal));
  if (request.dryRun === true) return ended(trial, { state: 'ready' });
  if (toWrite(trial) === 0) return ended({ ...trial, dryRun: false }, { state: 'nothing-to-do' });

  const lock = lockDeps(request, newRunId(io), config.name, connections, io);
  try {
    const restored = await withLock(lock, ({ signal }) =>
      io.log.group('Restoring', () => restore({ ...wanted, dryRun: false }, { ...deps, signal })),
    );
    return ended(restored, outcomeOf(restored, request.skipRefused === true));
  } catch (thrown) {
    return ended(trial, outcomeOfError(thrown));
  }
}

function selectionOf({
  namespace = [],
  kind = [],
  selector,
  asNamespace = [],
}: RequestOf<'restore-resources'>): Selection {
  return {
    namespaces: namespace,
    kinds: kind,
    ...(selector !== undefined && { labels: parseSelector(selector) }),
    renames: parseRenames(asNamespace),
  };
}

function toWrite({ kinds }: ResourcesReport): number {
  return kinds.reduce((sum, { created, updated }) => sum + created + updated, 0);
}

function refusalOf({ refused }: ResourcesReport): KubestairError | undefined {
  const [first] = refused;
  if (first === undefined) return undefined;
  const what = `${count(refused.length, 'object')} cannot be restored, for example ${first.object}: ${first.note}`;
  return new KubestairError('RESTORE_REFUSED', what, {
    object: first.object,
    next: 'Look at the list, mend or leave out what is refused (--kind, --selector), or restore the rest with --skip-refused. Nothing was changed.',
  });
}

function outcomeOf({ refused }: ResourcesReport, accepted: boolean): Outcome {
  const [first] = refused;
  if (first === undefined || accepted) return { state: 'changed' };
  const what = `${count(refused.length, 'object')} of the backup were not restored, for example ${first.object}: ${first.note}`;
  const next = 'Mend what the list names and run the same command again: it goes on with what is missing.';
  return outcomeOfError(new KubestairError('RESTORE_INCOMPLETE', what, { object: first.object, next }));
}
