import { beforeAll, describe, expect, it } from 'vitest';
import type { RestoreResult } from '../../src/report/model.ts';
import { countOf } from '../../src/restore/etcd/compare.ts';
import { LabError, messageOf } from './errors.ts';
import { kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import { compareRestored } from './support/after-restore.ts';
import { type TakenBackup, takeBackup } from './support/exported.ts';
import { kubestair } from './support/kubestair.ts';
import {
  freshLab,
  type LabShape,
  storeEnvironment,
  type TestLab,
  writeClusterFile,
} from './support/test-lab.ts';
import { nodeFacts } from './support/versions.ts';
import { startWriter } from './support/writer.ts';
import { waitFor } from './wait.ts';

const SHAPES: readonly {
  readonly shape: LabShape;
  readonly members: readonly string[];
  readonly what: string;
}[] = [
  { shape: 'trio', members: ['cp1', 'cp2', 'cp3'], what: 'three control planes with etcd beside them' },
  { shape: 'external', members: ['e1', 'e2', 'e3'], what: 'etcd on three hosts of its own' },
];

describe.each(SHAPES)('kubestair restore etcd, $what', ({ shape, members }) => {
  let lab: TestLab;
  let file: string;
  let backup: TakenBackup;

  beforeAll(async () => {
    lab = await freshLab(shape);
    file = await writeClusterFile(lab);
    const writer = await startWriter(lab.access);
    try {
      backup = await takeBackup(lab, file);
      expect(writer.count()).toBeGreaterThan(20);
    } finally {
      await writer.stop();
    }
    await changeThings(lab);
  });

  it.each([
    ['one member', 1],
    ['all members', 3],
  ])('brings every object back after the data of %s was wiped', async (_what, count) => {
    const wiped = members.slice(-count);
    await Promise.all(wiped.map((name) => onHost(lab.state, name, LOSE)));
    if (count === members.length) await waitForEmptyCluster(lab);
    const args = [
      'restore',
      'etcd',
      '-f',
      file,
      '--from',
      backup.manifest.id,
      '--confirm',
      'test',
      '-o',
      'json',
    ];
    const result = await kubestair(args, storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    const { restore, comparison } = JSON.parse(result.stdout) as RestoreResult;
    expect(comparison?.skipped).toEqual([]);
    expect(comparison && countOf(comparison, 'unexplained')).toBe(0);
    expect(restore.kept.length).toBe(members.length);

    for (const workload of ['deployment/web', 'statefulset/store', 'daemonset/agent'])
      await kubectl(lab.state, ['-n', 'demo', 'rollout', 'status', workload, '--timeout=180s']);
    for (const node of await nodeFacts(lab.state))
      expect(node).toMatchObject({ ready: true, unschedulable: false, marks: [] });
    const { writtenAfter } = restore;
    const compared = await compareRestored(lab, {
      backup,
      writtenAfter,
      underLoad: 'churn',
      ended: 'demo/web-',
    });
    console.error(JSON.stringify(compared));
    expect(compared.wrong).toEqual([]);
    expect(compared.same).toBeGreaterThan(150);
    await expect(kubectl(lab.state, ['get', 'namespace', 'later'])).rejects.toThrow('NotFound');
    await expectMembers(lab, members);
  });
});

/** A small machine that runs three control planes drops a connection now and then. */
async function changeThings({ state }: TestLab): Promise<void> {
  const change = async (args: readonly string[]): Promise<true> => {
    const said = await kubectl(state, [...args, '--request-timeout=20s']).catch(messageOf);
    if (/AlreadyExists|NotFound|created|deleted/.test(said)) return true;
    throw new LabError(said);
  };
  const patience = { timeoutMs: 180_000, everyMs: 2000 };
  await waitFor('a namespace more', () => change(['create', 'namespace', 'later']), patience);
  await waitFor('a deployment less', () => change(['-n', 'demo', 'delete', 'deployment', 'web']), patience);
}

/** Under a running member, as a person with the wrong terminal does it. */
const LOSE = 'pid=$(pgrep -x etcd); rm -rf /var/lib/etcd/member; kill -9 $pid';

/** etcd starts again without data, and the API server answers as a cluster without objects: as bad as it gets. */
async function waitForEmptyCluster({ state }: TestLab): Promise<void> {
  const empty = async (): Promise<true | undefined> => {
    const args = ['get', 'namespace', 'demo', '-o', 'name', '--request-timeout=5s'];
    const said = await kubectl(state, args).catch(messageOf);
    return /NotFound|Forbidden|refused|timeout|Unable|EOF|error/i.test(said) ? true : undefined;
  };
  await waitFor('a cluster without objects', empty, { timeoutMs: 180_000, everyMs: 1000 });
}

/** Every member runs on data of the restore, which only its own user may read. */
async function expectMembers({ state }: TestLab, members: readonly string[]): Promise<void> {
  const owners = members.map((name) =>
    onHost(state, name, "pgrep -x etcd >/dev/null; stat -c '%U %a' /var/lib/etcd"),
  );
  const owner = members[0]?.startsWith('e') ? 'etcd' : 'root';
  expect(await Promise.all(owners)).toEqual(members.map(() => `${owner} 700\n`));
}
