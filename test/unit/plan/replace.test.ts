import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOINING } from '../../../src/cluster/mapping.ts';
import type { NodeObservation } from '../../../src/cluster/observation.ts';
import { runChecks } from '../../../src/plan/checks/registry.ts';
import { freeHosts, projectReplacements, replacementsOf } from '../../../src/plan/replace.ts';
import { withUserSteps } from '../../../src/plan/user-steps.ts';
import { kubeadmSteps } from '../../../src/providers/kubeadm/steps.ts';
import { cluster, config, controlPlane, scheduling, worker } from './sample.ts';

const FROM = 'v1.35.4';
const TO = 'v1.36.3';
const hop = { from: FROM, to: TO } as const;
const file = (spares: readonly string[]) =>
  config({
    workers: {
      strategy: 'replace',
      spares: spares.map((name) => ({ name, address: `10.0.1.${name.slice(1)}` })),
      perHop: false,
      parallel: 10,
    },
  });
const server = controlPlane('cp1', TO);
const old = (name: string, over: Partial<NodeObservation> = {}) =>
  worker(name, FROM, { address: `10.0.0.${name.slice(1)}`, ...over });

const pairs = (nodes: readonly NodeObservation[], spares: readonly string[]) =>
  replacementsOf(cluster([server, ...nodes]), file(spares), TO).map(
    ({ host, old: gone, state }) => `${host.name} for ${gone.name}: ${state}`,
  );

describe('which host takes the place of which worker', () => {
  it('is each spare, and then each host that became free', () => {
    expect(pairs([old('w1'), old('w2'), old('w3')], ['s1'])).toEqual([
      's1 for w1: new',
      'w1 for w2: new',
      'w2 for w3: new',
    ]);
    expect(pairs([old('w1'), old('w2'), old('w3')], ['s1', 's2'])).toEqual([
      's1 for w1: new',
      's2 for w2: new',
      'w1 for w3: new',
    ]);
  });

  it('is the same pair where a run was cut off after the join', () => {
    const s1 = worker('s1', TO, {
      scheduling: scheduling({}, { taints: [{ key: JOINING, value: '', effect: 'NoSchedule' }] }),
    });
    expect(pairs([s1, old('w1'), old('w2')], ['s1'])).toEqual(['s1 for w1: joined', 'w1 for w2: new']);
  });

  it('is what the new node says once it has all that the old one had', () => {
    const s1 = worker('s1', TO, { replaces: { name: 'w2', address: '10.0.0.2' } });
    expect(pairs([s1, old('w1'), old('w2')], ['s1'])).toEqual(['s1 for w2: ready', 'w2 for w1: new']);
    expect(pairs([s1, old('w1')], ['s1'])).toEqual(['s1 for w2: left-over', 'w2 for w1: new']);
  });

  it('gives a host that was about to become free to one worker alone', () => {
    const w1 = { name: 'w1', address: '10.0.0.1' };
    const s1 = worker('s1', TO, { replaces: w1, freed: w1 });
    expect(pairs([s1, old('w2'), old('w3')], ['s1'])).toEqual([
      's1 for w1: left-over',
      'w1 for w2: new',
      'w2 for w3: new',
    ]);
  });

  it('begins with the host that an earlier upgrade left free', () => {
    const s1 = old('s1', { freed: { name: 'w1', address: '10.0.0.1' } });
    expect(pairs([s1], ['s1'])).toEqual(['w1 for s1: new']);
    expect(freeHosts(cluster([server, s1, old('w1')]), file(['s1']))).toEqual([]);
  });

  it('is none without a free host', () => {
    expect(pairs([old('w1')], ['w1'])).toEqual([]);
  });

  it('ends with every worker at the version and as many nodes as before, whatever there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), (workers, spares) => {
        const names = Array.from({ length: workers }, (_, index) => `w${index + 1}`);
        const given = Array.from({ length: spares }, (_, index) => `s${index + 1}`);
        const before = cluster([server, ...names.map((name) => old(name))]);
        const replacements = replacementsOf(before, file(given), TO);
        const after = projectReplacements(before, replacements, TO);
        const now = after.nodes.filter(({ role }) => role === 'worker');
        expect(now.map(({ kubelet }) => kubelet)).toEqual(names.map(() => TO));
        expect(new Set(now.map(({ name }) => name)).size).toBe(workers);
        expect(freeHosts(after, file(given))).toHaveLength(spares);
      }),
    );
  });
});

describe('the steps of a replacement', () => {
  const idsOf = (nodes: readonly NodeObservation[], spares: readonly string[]) =>
    kubeadmSteps(hop, cluster([server, ...nodes]), file(spares)).map(({ id }) => id);

  it('stage all hosts first, and drain nothing before the new node is Ready', () => {
    expect(idsOf([old('w1'), old('w2')], ['s1'])).toEqual([
      'v1.36.3/s1/stage',
      'v1.36.3/w1/stage',
      'v1.36.3/s1/join',
      'v1.36.3/s1/carry-over',
      'v1.36.3/s1/ready',
      'v1.36.3/w1/drain',
      'v1.36.3/w1/reset',
      'v1.36.3/w1/remove',
      'v1.36.3/s1/settle',
      'v1.36.3/w1/join',
      'v1.36.3/w1/carry-over',
      'v1.36.3/w1/ready',
      'v1.36.3/w2/drain',
      'v1.36.3/w2/reset',
      'v1.36.3/w2/remove',
      'v1.36.3/settle',
    ]);
  });

  it('say where a host is that is no node', () => {
    const steps = kubeadmSteps(hop, cluster([server, old('w1')]), file(['s1']));
    const addressOf = (kind: string) => steps.find((step) => step.kind === kind)?.address;
    expect(addressOf('stage')).toBe('10.0.1.1');
    expect(addressOf('join')).toBe('10.0.1.1');
    expect(addressOf('reset')).toBe('10.0.0.1');
  });

  it('are what is left where a run was cut off', () => {
    const s1 = worker('s1', TO, { replaces: { name: 'w1', address: '10.0.0.1' } });
    expect(idsOf([s1], ['s1'])).toEqual(['v1.36.3/w1/remove', 'v1.36.3/settle']);
    const done = worker('s1', TO, { freed: { name: 'w1', address: '10.0.0.1' } });
    expect(idsOf([done], ['s1'])).toEqual([]);
  });

  it('have hooks before a node that goes, gates and hooks after one that comes, and no id twice', () => {
    const command = { command: 'true', timeoutSeconds: 60 };
    const user = {
      hooks: (['before', 'after'] as const).map((when) => ({
        name: when,
        when,
        at: 'node' as const,
        ...command,
      })),
      gates: {
        timeoutSeconds: 60,
        checks: [
          {
            name: 'smoke',
            at: 'node' as const,
            probe: { kind: 'command' as const, command: 'true' },
            timeoutSeconds: 60,
            soakSeconds: 0,
          },
        ],
      },
    };
    const own = kubeadmSteps(hop, cluster([server, old('w1'), old('w2')]), file(['s1']));
    const steps = withUserSteps(hop, own, user, { first: true, last: true });
    const ids = steps.map(({ id }) => id.slice('v1.36.3/'.length));
    expect(ids.slice(2)).toEqual([
      's1/join',
      's1/carry-over',
      's1/ready',
      'w1/hook-before',
      'w1/drain',
      'w1/reset',
      'w1/remove',
      's1/settle',
      's1/gate-smoke',
      's1/hook-after',
      'w1/join',
      'w1/carry-over',
      'w1/ready',
      'w1/gate-smoke',
      'w1/hook-after',
      'w2/hook-before',
      'w2/drain',
      'w2/reset',
      'w2/remove',
      'settle',
    ]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(steps.flatMap(({ opens = [] }) => opens)).toEqual(['node/s1', 'node/w1']);
    expect(steps.flatMap(({ pays = [] }) => pays)).toEqual(['node/s1', 'node/w1']);
  });
});

describe('the check of spare hosts', () => {
  const found = (nodes: readonly NodeObservation[], spares: readonly string[]) => {
    const observation = cluster([server, ...nodes]);
    const given = file(spares);
    const steps = kubeadmSteps(hop, observation, given);
    const all = runChecks({
      config: given,
      observation,
      hops: [hop],
      steps,
      evictions: [],
      now: new Date(0),
    });
    return all.filter(({ check }) => check === 'spare-hosts').map(({ message }) => message);
  };

  it('blocks where no host is free and workers are to be replaced', () => {
    expect(found([old('w1'), old('w2')], [])).toEqual([
      'names no host that is free, and w1, w2 are to be replaced',
    ]);
    // What is a node already is no spare.
    expect(found([old('w1')], ['w1'])).toHaveLength(1);
  });

  it('is content with one host, with one that is free from before, and with nothing to replace', () => {
    expect(found([old('w1'), old('w2')], ['s1'])).toEqual([]);
    expect(found([old('w1', { freed: { name: 'w0', address: '10.0.0.9' } })], [])).toEqual([]);
    expect(found([worker('w1', TO)], [])).toEqual([]);
  });
});
