import { milliOf } from '../cluster/quantity.ts';
import { isBefore, readWanted, type WantedVersion } from '../cluster/wanted.ts';
import { asKubestairError, type Location } from '../errors.ts';
import { type KnownCheck, readAcceptances } from './accept.ts';
import type { Acceptance } from './accept-schema.ts';
import type { ClusterFile } from './file-schema.ts';
import type { GateCheck } from './gates.ts';
import { toPolicy } from './policy-schema.ts';
import { configError, type Problem } from './problem.ts';
import { readGates, readHooks } from './read-gates.ts';
import type { AccessConfig, ClusterConfig } from './schema.ts';
import { locateKey, locateValue, parseSource, type Source } from './source.ts';
import { validate } from './validate.ts';
import {
  besideFile,
  type ReadText,
  readOrExplain,
  readVersionFrom,
  type WrittenVersion,
} from './version-from.ts';
import { toFreeze, toWindow } from './windows.ts';
import { toWorkers, type WorkersConfig } from './workers.ts';

export interface LoadedCluster {
  readonly config: ClusterConfig;
  /** Where the target version is written: in the cluster file, or in the one that its versionFrom names. */
  readonly versionAt: Location;
  /** When it is the cluster's turn where a change touches several; absent: last. */
  readonly wave?: number;
}

/**
 * Reads a cluster file and what it refers to. Paths in it come back relative to where `file` itself is.
 * @param checks those that an acceptance may name, and those that it may not
 * @throws KubestairError CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY, CONFIG_INVALID, VERSION_INVALID,
 * CLUSTER_UNSUPPORTED, each with file:line:column
 */
export async function loadClusterConfig(
  file: string,
  readText: ReadText,
  checks: readonly KnownCheck[],
): Promise<LoadedCluster> {
  const source = parseSource(file, await readOrExplain(file, readText));
  const written = validate(source);
  const target = await readTarget(source, written, readText);
  const via = written.spec.via.map((text, index) =>
    readTargetVersion({ text, location: locateValue(source, ['spec', 'via', index]), fileText: source.text }),
  );
  checkOrder(source, [...via, target.version]);
  const accept = readAcceptances(source, written.spec.accept, checks);
  const gates = await readGates(source, written.spec.gates, readText);
  const { wave } = written.metadata;
  return {
    config: toConfig(source, written, target.version, via, accept, gates),
    versionAt: target.location,
    ...(wave !== undefined && { wave }),
  };
}

async function readTarget(
  source: Source,
  { spec }: ClusterFile,
  readText: ReadText,
): Promise<{ readonly version: WantedVersion; readonly location: Location }> {
  if (spec.version !== undefined && spec.versionFrom !== undefined) {
    throw configError(source.text, [
      invalid(
        'spec.version and spec.versionFrom exclude each other',
        locateKey(source, ['spec'], 'versionFrom'),
      ),
    ]);
  }
  if (spec.versionFrom !== undefined) {
    const written = await readVersionFrom(spec.versionFrom, source, readText);
    return { version: readTargetVersion(written), location: written.location };
  }
  if (spec.version === undefined) {
    throw configError(source.text, [invalid('spec.version is missing', locateValue(source, ['spec']))]);
  }
  const location = locateValue(source, ['spec', 'version']);
  return { version: readTargetVersion({ text: spec.version, location, fileText: source.text }), location };
}

function readTargetVersion({ text, location, fileText }: WrittenVersion): WantedVersion {
  try {
    return readWanted(text);
  } catch (thrown) {
    const { code, message, next } = asKubestairError(thrown);
    throw configError(fileText, [{ code, message, location, ...(next !== undefined && { next }) }]);
  }
}

function checkOrder(source: Source, versions: readonly WantedVersion[]): void {
  const at = versions.findIndex((version, index) => {
    const next = versions[index + 1];
    return next !== undefined && !isBefore(version, next);
  });
  if (at < 0) return;
  const message = `${versions[at]} is not older than ${versions[at + 1]}: spec.via goes from old to new, up to the target`;
  throw configError(source.text, [invalid(message, locateValue(source, ['spec', 'via', at]))]);
}

function invalid(message: string, location: Location): Problem {
  return { code: 'CONFIG_INVALID', message, location };
}

/** A key that its strategy does not heed would promise what does not happen. */
function readWorkers(
  source: Source,
  file: ClusterFile['spec']['workers'],
  { hosts }: ClusterFile['spec']['access'],
): WorkersConfig {
  const { workers, unused } = toWorkers(file);
  const problems = unused.map((key) =>
    invalid(
      `spec.workers.${key} means nothing to the strategy ${workers.strategy}`,
      locateKey(source, ['spec', 'workers'], key),
    ),
  );
  if (workers.strategy === 'replace' && hosts?.transport === 'pod') {
    const message =
      'the strategy replace joins hosts that are no nodes yet, and on those no pod runs: it needs SSH';
    problems.push(invalid(message, locateKey(source, ['spec', 'workers'], 'strategy')));
  }
  if (problems.length > 0) throw configError(source.text, problems);
  return workers;
}

function toConfig(
  source: Source,
  { metadata, spec }: ClusterFile,
  version: WantedVersion,
  via: readonly WantedVersion[],
  accept: readonly Acceptance[],
  checks: readonly GateCheck[],
): ClusterConfig {
  return {
    name: metadata.name,
    version,
    via,
    provider: spec.provider,
    access: withPathsBeside(source.file, spec.access),
    backup: spec.backup,
    controlPlane: { soakSeconds: spec.controlPlane.soak },
    workers: readWorkers(source, spec.workers, spec.access),
    drain: {
      timeoutSeconds: spec.drain.timeout,
      deleteEmptyDir: spec.drain.deleteEmptyDir,
      force: spec.drain.force,
      onTimeout: spec.drain.onTimeout,
      maxQuarantined: spec.drain.maxQuarantined,
    },
    gates: { timeoutSeconds: spec.gates.timeout, checks },
    hooks: readHooks(source, spec.hooks),
    packages:
      spec.packages.repository === undefined
        ? {}
        : { repository: spec.packages.repository.replace(/\/*$/, '/') },
    maintenance: spec.maintenance,
    defrag: {
      fragmentationPercent: spec.defrag.fragmentation,
      minSizeBytes: milliOf(spec.defrag.minSize) / 1000,
      pauseSeconds: spec.defrag.pause,
    },
    manifests: spec.manifests.map((pattern) => besideFile(source.file, pattern)),
    kubeadm: spec.kubeadm,
    windows: spec.windows.map(toWindow),
    freeze: spec.freeze.map(toFreeze),
    policy: toPolicy(spec.policy),
    accept,
  };
}

function withPathsBeside(file: string, access: AccessConfig): AccessConfig {
  const { kubeconfig, ssh } = access;
  const { identityFile, knownHostsFile, configFile } = ssh;
  return {
    ...access,
    ...(kubeconfig !== undefined && { kubeconfig: besideFile(file, kubeconfig) }),
    ssh: {
      ...ssh,
      ...(identityFile !== undefined && { identityFile: besideFile(file, identityFile) }),
      ...(knownHostsFile !== undefined && { knownHostsFile: besideFile(file, knownHostsFile) }),
      ...(configFile !== undefined && { configFile: besideFile(file, configFile) }),
    },
  };
}
