import { expect } from 'vitest';
import type { DefragConfig } from '../../../../src/config/schema.ts';
import { isFull, planDefrag } from '../../../../src/defrag/plan.ts';
import { readEtcdState } from '../../../../src/defrag/state.ts';
import { openDefragRunner } from '../../../../src/defrag/step-runner.ts';
import type { Etcd } from '../../../../src/ports/etcd.ts';
import { carryOutAll } from '../../../../src/rollout/engine.ts';
import { openJournal } from '../../../../src/rollout/journal.ts';
import { withLock } from '../../../../src/rollout/lock/lock.ts';
import { memoryStore } from '../../backup/support/memory-store.ts';
import { recordedLog } from '../../backup/support/quiet.ts';
import type { Process } from './process.ts';
import type { Scenario } from './scenario.ts';

const MIB = 1024 ** 2;
const QUOTA = 200 * MIB;
const LIVE = 10 * MIB;
const NAMES = ['cp1', 'cp2', 'cp3'];
const LEADER = 'cp2';
const file: DefragConfig = { fragmentationPercent: 45, minSizeBytes: 8 * MIB, pauseSeconds: 60 };

interface FakeMember {
  dbSizeBytes: number;
  dbSizeInUseBytes: number;
}

/** An etcd of three members, all of them full of history. */
function fullEtcd() {
  const members = new Map<string, FakeMember>(
    NAMES.map((name) => [name, { dbSizeBytes: QUOTA, dbSizeInUseBytes: QUOTA }]),
  );
  const alarms = new Set(NAMES);
  const done: string[] = [];
  const memberOf = (name: string): FakeMember => {
    const member = members.get(name);
    if (member === undefined) throw new Error(`no member ${name}`);
    return member;
  };
  const connection = (name: string): Etcd => ({
    endpoint: name,
    members: async () => NAMES.map((id) => ({ id, name: id, peerUrls: [], clientUrls: [], learner: false })),
    status: async () => ({
      memberId: name,
      leaderId: LEADER,
      version: '3.6.6',
      revision: 1000n,
      dbSizeQuotaBytes: QUOTA,
      learner: false,
      errors: [],
      ...memberOf(name),
    }),
    alarms: async () => [...alarms].map((memberId) => ({ memberId, kind: 'NOSPACE' as const })),
    snapshot: () => {
      throw new Error('no snapshots here');
    },
    async defragment() {
      done.push(`defragment ${name}`);
      const member = memberOf(name);
      member.dbSizeBytes = member.dbSizeInUseBytes;
    },
    async compact() {
      for (const member of members.values()) member.dbSizeInUseBytes = LIVE;
    },
    async disarm({ memberId }) {
      alarms.delete(memberId);
    },
    close: async () => {},
  });
  return { members, alarms, done, open: () => NAMES.map(connection) };
}

/** A full etcd: what is forgotten, defragmented and taken back. */
export function defragmentation(name: string): Scenario {
  return {
    name,
    open() {
      const etcd = fullEtcd();
      const store = memoryStore();
      return {
        run: (process, runId) => carryOut(etcd, store, process, runId),
        started: () => etcd.done,
        async expectDone() {
          expect([...etcd.alarms]).toEqual([]);
          for (const member of etcd.members.values()) expect(member.dbSizeBytes).toBe(LIVE);
          expect(etcd.done.at(-1)).toBe(`defragment ${LEADER}`);
        },
      };
    },
  };
}

/** What `defrag` does once it is connected; a full etcd takes no Lease. */
async function carryOut(
  etcd: ReturnType<typeof fullEtcd>,
  memory: ReturnType<typeof memoryStore>,
  process: Process,
  runId: string,
): Promise<void> {
  const store = process.store(memory);
  const { clock } = process;
  const log = recordedLog();
  const { signal: stop } = new AbortController();
  const open = () => etcd.open().map(process.etcd);
  const deps = { store, cluster: 'prod', runId, who: 'test', waitSeconds: 0, clock, log, signal: stop };
  await withLock(deps, async ({ signal }) => {
    const plan = planDefrag(await readEtcdState(open(), signal), file, { cluster: 'prod', tool: 'test' });
    const journal = openJournal({ store, cluster: 'prod', runId, clock, log });
    const runner = process.runner(
      openDefragRunner({
        openMembers: async () => open(),
        config: file,
        full: isFull(plan),
        clock,
        timeoutSeconds: 120,
        backUp: async () => {
          await store.put(`prod/${runId}/manifest.json`, Buffer.from('{}'));
        },
      }),
    );
    const { stoppedBy } = await carryOutAll(plan.steps, { runner, journal, clock, log, signal });
    if (stoppedBy !== undefined) throw stoppedBy;
  });
}
