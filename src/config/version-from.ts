import { posix } from 'node:path';
import { formatLocation, KubestairError, type Location } from '../errors.ts';
import { configError } from './problem.ts';
import { locateValue, parseSource, type Source, writtenAt } from './source.ts';

/** Reads a file as text; rejects if it cannot. */
export type ReadText = (path: string) => Promise<string>;

/** A version as it is written, and where. */
export interface WrittenVersion {
  readonly text: string;
  readonly location: Location;
  /** Everything that the file holds. */
  readonly fileText: string;
}

/**
 * The version that another file carries: as its only line, or at a path of a YAML file of one or more documents,
 * for example `kubernetesVersion` of a kubeadm ClusterConfiguration or `spec.version` of a Cluster API object.
 * @param source the cluster file, whose spec.versionFrom this is
 * @throws KubestairError CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_INVALID
 */
export async function readVersionFrom(
  versionFrom: { readonly file: string; readonly path?: string },
  source: Source,
  readText: ReadText,
): Promise<WrittenVersion> {
  const file = besideFile(source.file, versionFrom.file);
  const text = await readOrExplain(file, readText, locateValue(source, ['spec', 'versionFrom', 'file']));
  if (versionFrom.path === undefined) return onlyLine(file, text, source);
  return atPath(parseSource(file, text), versionFrom.path, source);
}

/** A path in the cluster file starts from the file's own directory; `~/` is left to what opens it. */
export function besideFile(clusterFile: string, path: string): string {
  if (posix.isAbsolute(path) || path.startsWith('~/')) return path;
  return posix.join(posix.dirname(clusterFile), path);
}

/** @throws KubestairError CONFIG_NOT_FOUND */
export async function readOrExplain(file: string, readText: ReadText, location?: Location): Promise<string> {
  try {
    return await readText(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${code ?? message}`;
    throw new KubestairError('CONFIG_NOT_FOUND', `${file} ${reason}`, {
      object: file,
      location: location ?? { file },
      next: 'Check the path; the one of a cluster file starts from the working directory, those in it from that file.',
      cause,
    });
  }
}

function onlyLine(file: string, text: string, source: Source): WrittenVersion {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({
      text: line.trim(),
      location: { file, line: index + 1, column: line.search(/\S|$/) + 1 },
    }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  const [line] = lines;
  if (line !== undefined && lines.length === 1) return { ...line, fileText: text };
  const what = line === undefined ? 'is empty' : 'holds more than a version';
  throw pointAt(
    source,
    'file',
    `${file} ${what}: name the place with spec.versionFrom.path, for example spec.version`,
  );
}

function atPath(carrier: Source, path: string, source: Source): WrittenVersion {
  const segments = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const found = carrier.documents.flatMap((_, index) => {
    const text = writtenAt(carrier, segments, index);
    if (text === undefined) return [];
    return [{ text, location: locateValue(carrier, segments, index), fileText: carrier.text }];
  });
  const [first] = found;
  if (first === undefined) throw pointAt(source, 'path', `${carrier.file} has no version at ${path}`);
  if (found.every(({ text }) => text === first.text)) return first;
  const places = found.map(({ text, location }) => `${text} at ${formatLocation(location)}`).join(', ');
  throw pointAt(source, 'path', `${carrier.file} has several versions at ${path}: ${places}`);
}

function pointAt(source: Source, key: 'file' | 'path', message: string): KubestairError {
  const location = locateValue(source, ['spec', 'versionFrom', key]);
  return configError(source.text, [{ code: 'CONFIG_INVALID', message, location }]);
}
