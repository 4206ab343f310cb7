import path from 'node:path';
import { LabError } from './errors.ts';
import { cacheDir } from './parts/cache.ts';

/** Where a lab keeps what belongs to it alone. */
export interface LabPaths {
  readonly dir: string;
  readonly state: string;
  /** Names the process that is bringing the lab up. */
  readonly builder: string;
  readonly image: string;
  readonly volume: string;
  readonly services: string;
  readonly s3: string;
  readonly ssh: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly kubeconfig: string;
}

/** The paths of the lab of that name. */
export function labPaths(name: string): LabPaths {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new LabError(
      `"${name}" cannot name a lab: use up to 20 lower-case letters, digits and dashes, a letter first`,
    );
  }
  const dir = path.join(labsDir(), name);
  return {
    dir,
    state: path.join(dir, 'state.json'),
    builder: path.join(dir, 'up.pid'),
    image: path.join(dir, 'hosts.xfs'),
    volume: path.join(dir, 'hosts'),
    services: path.join(dir, 'services'),
    s3: path.join(dir, 's3'),
    ssh: path.join(dir, 'ssh'),
    key: path.join(dir, 'ssh', 'id_ed25519'),
    knownHosts: path.join(dir, 'ssh', 'known_hosts'),
    kubeconfig: path.join(dir, 'kubeconfig'),
  };
}

/** The directory that holds one directory per lab. */
export function labsDir(): string {
  return path.join(cacheDir(), 'labs');
}

/** The directory that holds one file per claimed slot; the file names the lab. */
export function slotsDir(): string {
  return path.join(cacheDir(), 'slots');
}
