import type { Location } from '../errors.ts';
import type { GateCheck, GateProbe, Hook, Level } from './gates.ts';
import type { GatesFile, HooksFile } from './gates-schema.ts';
import { configError, type Problem } from './problem.ts';
import { locateValue, type Path, parseSource, type Source } from './source.ts';
import { besideFile, type ReadText, readOrExplain } from './version-from.ts';

type CheckFile = GatesFile['checks'][number];

/** Gates as they are run; the manifests of Jobs are read now, so that they are part of what is approved. @throws KubestairError CONFIG_* */
export async function readGates(
  source: Source,
  { checks }: GatesFile,
  readText: ReadText,
): Promise<readonly GateCheck[]> {
  const list: Path = ['spec', 'gates', 'checks'];
  refuseTwins(source, checks, list);
  return await Promise.all(
    checks.map(async (check, index): Promise<GateCheck> => {
      const { name, at, timeout, soak } = check;
      const probe = await probeOf(check, source, [...list, index], readText);
      return { name, at, probe, timeoutSeconds: timeout, soakSeconds: soak };
    }),
  );
}

/** @throws KubestairError CONFIG_INVALID for two of one name */
export function readHooks(source: Source, hooks: HooksFile): readonly Hook[] {
  refuseTwins(source, hooks, ['spec', 'hooks']);
  return hooks.map(({ name, when, command, timeout }): Hook => {
    const [moment, at] = when.split('-') as ['before' | 'after', Level];
    return { name, when: moment, at, command, timeoutSeconds: timeout };
  });
}

async function probeOf(check: CheckFile, source: Source, at: Path, readText: ReadText): Promise<GateProbe> {
  const { command, prometheus, http, job } = check;
  if (prometheus !== undefined) return { kind: 'prometheus', ...prometheus };
  if (http !== undefined) return { kind: 'http', ...http };
  if (job === undefined) return { kind: 'command', command: command ?? '' };
  const manifest = besideFile(source.file, job.manifest);
  const place = locateValue(source, [...at, 'job', 'manifest']);
  const text = await readOrExplain(manifest, readText, place);
  return { kind: 'job', manifest, namespace: job.namespace, job: readJob(manifest, text, source, place) };
}

function readJob(
  manifest: string,
  text: string,
  source: Source,
  location: Location,
): Readonly<Record<string, unknown>> {
  const documents = parseSource(manifest, text).documents.map((each): unknown => each.toJS());
  const [job] = documents;
  if (documents.length === 1 && isJob(job)) return job;
  throw configError(source.text, [invalid(`${manifest} is not one Job of batch/v1`, location)]);
}

function isJob(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, spec } = value as Readonly<Record<string, unknown>>;
  return apiVersion === 'batch/v1' && kind === 'Job' && typeof spec === 'object' && spec !== null;
}

function refuseTwins(source: Source, named: readonly { readonly name: string }[], list: Path): void {
  const problems = named.flatMap(({ name }, index) => {
    const first = named.findIndex((each) => each.name === name);
    const location = locateValue(source, [...list, index, 'name']);
    return first === index ? [] : [invalid(`there are two of the name ${name}`, location)];
  });
  if (problems.length > 0) throw configError(source.text, problems);
}

function invalid(message: string, location: Location): Problem {
  return { code: 'CONFIG_INVALID', message, location };
}
