import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';

export type CgroupMode = 'v1' | 'v2';

const root = '/sys/fs/cgroup';
const cgroup2Magic = 0x63677270;

/** The directory of all labs in every hierarchy. */
export const slice = 'kubestair.slice';

/** Which kind of control groups this machine has. A hybrid one counts as v1: its controllers are there. */
export async function cgroupMode(): Promise<CgroupMode> {
  return (await statfs(root)).type === cgroup2Magic ? 'v2' : 'v1';
}

/**
 * The words before a command that make it run in a control group of its own, named by the lab and a member.
 * Each host needs one in every hierarchy, or the kubelets would remove each other's pods; services have one
 * so that whatever belongs to a lab can be found and ended even when no note of it is left.
 */
export async function inCgroup(lab: string, member: string): Promise<readonly string[]> {
  if ((await cgroupMode()) === 'v2' && existsSync('/run/systemd/system')) {
    // A name of its own each time, since systemd takes none that it still knows.
    const unit = `--unit=lab-${lab}-${member}-${randomBytes(4).toString('hex')}`;
    return [
      'systemd-run',
      '--quiet',
      '--collect',
      '--scope',
      unit,
      `--slice=${slice}`,
      '-p',
      'Delegate=yes',
      '--',
    ];
  }
  const directories = await makeCgroups(lab, member);
  const enter =
    'while [ "$1" != -- ]; do echo 0 > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"';
  return ['sh', '-c', enter, 'enter', ...directories, '--'];
}

/** The control groups of one member of a lab, or of all of them, in every hierarchy. */
export async function cgroupsOf(lab: string, member: string | undefined): Promise<readonly string[]> {
  const found: string[] = [];
  for (const hierarchy of await hierarchies()) {
    const parent = path.join(hierarchy, slice);
    const scopes = (await readdir(parent).catch(() => [])).filter((name) => isScopeOf(name, lab, member));
    const plain = member === undefined ? lab : path.join(lab, member);
    found.push(...[...scopes, plain].map((name) => path.join(parent, name)));
  }
  return found.filter((directory) => existsSync(directory));
}

/** A control group and all below it, each after the one it is in. */
export async function withNested(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory());
  const nested = await Promise.all(below.map((entry) => withNested(path.join(directory, entry.name))));
  return [directory, ...nested.flat()];
}

/** The roots of all hierarchies: one with cgroup v2, one per controller with v1. */
export async function hierarchies(): Promise<readonly string[]> {
  if ((await cgroupMode()) === 'v2') return [root];
  const entries = await readdir(root, { withFileTypes: true });
  const mounted = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(root, entry.name));
  return mounted.filter((directory) => existsSync(path.join(directory, 'cgroup.procs')));
}

async function makeCgroups(lab: string, member: string): Promise<readonly string[]> {
  const made: string[] = [];
  for (const hierarchy of await hierarchies()) {
    let directory = hierarchy;
    for (const part of [slice, lab, member]) {
      directory = path.join(directory, part);
      await mkdir(directory, { recursive: true });
      await inherit(directory);
    }
    made.push(directory);
  }
  return made;
}

async function inherit(directory: string): Promise<void> {
  const parent = path.dirname(directory);
  const controllers = await readFile(path.join(parent, 'cgroup.controllers'), 'utf8').catch(() => undefined);
  if (controllers !== undefined) {
    // Version 2 offers to a group only the controllers that its parent passes on.
    const enable = controllers.split(/\s+/).filter((name) => name !== '');
    if (enable.length === 0) return;
    await writeFile(path.join(parent, 'cgroup.subtree_control'), enable.map((name) => `+${name}`).join(' '));
    return;
  }
  if (!existsSync(path.join(directory, 'cpuset.cpus'))) return;
  // A cpuset of version 1 takes no process until it has processors and memory nodes.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    await writeFile(path.join(directory, file), await readFile(path.join(parent, file), 'utf8'));
  }
  await writeFile(path.join(directory, 'cgroup.clone_children'), '1');
}

function isScopeOf(name: string, lab: string, member: string | undefined): boolean {
  // Neither a member nor the last part has a dash, so the name of a longer lab does not match.
  return new RegExp(`^lab-${lab}-${member ?? '[a-z]+[0-9]*'}-[0-9a-f]+\\.scope$`).test(name);
}
