import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StepKind } from '../../src/plan/plan.ts';
import { run } from './command.ts';
import { getItems, kubectl } from './kubectl.ts';
import { onHost } from './ssh.ts';
import type { LabState } from './state.ts';
import { type KilledRun, type KillPoint, runUntilKilled } from './support/kill-points.ts';
import { kubestair } from './support/kubestair.ts';
import { freshLab, storeEnvironment, type TestLab, writeClusterFile } from './support/test-lab.ts';
import { hostNamed } from './topology.ts';
import { watchBudget } from './watch-budget.ts';
import { demoNamespace } from './workloads/deploy.ts';

interface NodeItem {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly unschedulable?: boolean; readonly taints?: readonly { readonly key: string }[] };
  readonly status: { readonly nodeInfo: { readonly kubeletVersion: string } };
}

interface TokenItem {
  readonly data: Readonly<Record<string, string>>;
}

interface SeenTokens {
  readonly values: readonly string[];
  /** Command lines of the whole machine, whose hosts are containers. */
  readonly processes: readonly string[];
}

/** Where a host is in the midst of becoming a node, or of being none any more. */
const KINDS = ['join', 'carry-over', 'w1/drain', 'reset', 'remove'] as const satisfies readonly (
  | StepKind
  | `w1/${StepKind}`
)[];

const TOKENS = [
  'secrets',
  '--namespace=kube-system',
  '--field-selector=type=bootstrap.kubernetes.io/token',
] as const;

const textOf = (base64 = '') => Buffer.from(base64, 'base64').toString('utf8');
const isOwn = ({ data }: TokenItem) => textOf(data.description).startsWith('Kubestair');

/** Looks again and again at the tokens that there are, and at the command lines of all processes. */
function watchTokens(state: LabState) {
  const values = new Set<string>();
  const processes = new Set<string>();
  let over = false;
  const look = async (): Promise<void> => {
    // The only API server restarts on the way.
    const found = await getItems<TokenItem>(state, [...TOKENS]).catch(() => []);
    for (const { data } of found.filter(isOwn)) values.add(textOf(data['token-secret']));
    for (const line of (await run('ps', ['-ewwo', 'args'])).split('\n')) processes.add(line);
  };
  const watching = (async () => {
    while (!over) {
      await look();
      await sleep(500);
    }
  })();
  return {
    async stop(): Promise<SeenTokens> {
      over = true;
      await watching;
      return { values: [...values], processes: [...processes] };
    },
  };
}

describe('kubestair upgrade with one spare host for two workers', () => {
  let lab: TestLab;
  let file: string;
  let tokens: SeenTokens;
  const printed: string[] = [];

  beforeAll(async () => {
    lab = await freshLab('spare');
    const { name, address } = hostNamed(lab.state, 's1');
    file = await writeClusterFile(lab, {
      version: 'v1.36.3',
      prove: 'cross-proof',
      spec: {
        controlPlane: { soak: '5s' },
        workers: { strategy: 'replace', spares: [{ name, address }] },
      },
    });
    await kubectl(lab.state, ['label', 'node', 'w1', 'pool=web', 'node-role.kubernetes.io/web=']);
    await kubectl(lab.state, ['annotate', 'node', 'w1', 'example.com/rack=r1']);
    await kubectl(lab.state, ['taint', 'node', 'w2', 'example.com/slow=yes:PreferNoSchedule']);
  });

  const nodes = async (): Promise<ReadonlyMap<string, NodeItem>> =>
    new Map((await getItems<NodeItem>(lab.state, ['nodes'])).map((node) => [node.metadata.name, node]));

  it('says which host takes the place of which worker', async () => {
    const result = await kubestair(['plan', '-f', file], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('kubeadm join of s1 at v1.36.3');
    expect(result.stdout).toContain('whose place s1 took');
    expect(result.stdout).toContain('kubeadm join of w1 at v1.36.3');
  });

  it('ends after a kill in the middle of each kind of step, with nobody disturbed', async () => {
    const watch = await watchBudget({
      kubeconfig: lab.access.kubeconfig,
      namespace: demoNamespace,
      deployment: 'web',
      service: 'web',
      addresses: [hostNamed(lab.state, 'cp1').address],
    });
    const lookout = watchTokens(lab.state);
    let left: readonly KillPoint[] = KINDS.map((kind) => ({ kind, when: 'middle' }));
    let last: KilledRun;
    do {
      last = await runUntilKilled(lab, ['upgrade', '-f', file], storeEnvironment(lab.access), left);
      printed.push(last.printed);
      const { at, step, code } = last;
      console.error(at === undefined ? `ended with exit code ${code}` : `killed in the middle of ${step}`);
      left = left.filter((point) => point !== at);
    } while (last.at !== undefined);
    const seen = await watch.stop();
    tokens = await lookout.stop();
    console.error(`${JSON.stringify(seen)}, ${tokens.values.length} tokens\n${last.printed}`);
    expect(last.code, last.printed).toBe(0);
    expect(left).toEqual([]);
    expect(seen.minimumReady).toBeGreaterThanOrEqual(2);
    expect(seen.failures).toEqual([]);

    const all = await nodes();
    expect([...all.keys()].toSorted()).toEqual(['cp1', 's1', 'w1']);
    for (const { spec, status, metadata } of all.values()) {
      expect(status.nodeInfo.kubeletVersion).toBe('v1.36.3');
      expect(spec.unschedulable).toBeUndefined();
      expect((spec.taints ?? []).map(({ key }) => key)).not.toContain('kubestair.dev/joining');
      expect(metadata.annotations).not.toHaveProperty('kubestair.dev/replaces');
    }
    // s1 took the place of w1, and the host of w1 that of w2.
    const s1 = all.get('s1')?.metadata;
    expect(s1?.labels).toMatchObject({
      pool: 'web',
      'node-role.kubernetes.io/web': '',
      'kubernetes.io/hostname': 's1',
    });
    expect(s1?.annotations).toMatchObject({ 'example.com/rack': 'r1' });
    expect(all.get('w1')?.spec.taints?.map(({ key }) => key)).toContain('example.com/slow');
    expect(all.get('w1')?.metadata.labels).not.toHaveProperty('pool');
    expect(all.get('w1')?.metadata.annotations?.['kubestair.dev/freed-host']).toMatch(/^w2 /);
  });

  it('leaves the last host free', async () => {
    const free = await onHost(
      lab.state,
      'w2',
      'ls -d /etc/kubernetes/kubelet.conf /etc/kubernetes/manifests/* /sys/class/net/cni0 2>/dev/null || :; iptables-save | grep -c KUBE- || :',
    );
    expect(free.trim()).toBe('0');
  });

  it('lets no token be seen, and leaves none behind', async () => {
    const { values, processes } = tokens;
    expect(values.length).toBeGreaterThan(0);
    const isSeen = (text: string) => values.some((value) => text.includes(value));
    expect(printed.some(isSeen), 'in what was printed').toBe(false);
    expect(processes.filter(isSeen), 'in the list of processes').toEqual([]);
    for (const { name } of lab.state.hosts) {
      const where = await onHost(
        lab.state,
        name,
        `journalctl --no-pager | grep -cF ${values.map((value) => `-e ${value}`).join(' ')} || :
grep -rlF ${values.map((value) => `-e ${value}`).join(' ')} /var/lib/kubestair /var/log /etc/kubernetes /var/lib/kubelet/*.* /run/kubestair 2>/dev/null || :
ls /run/kubestair 2>/dev/null || :
grep -l joining /var/lib/kubelet/kubeadm-flags.env 2>/dev/null || :`,
      );
      expect(where.trim(), name).toBe('0');
    }
    const secrets = await getItems<TokenItem>(lab.state, [...TOKENS]);
    // The lab's own token is there from before.
    expect(secrets.filter(isOwn)).toEqual([]);
  });

  it('finds nothing to do then', async () => {
    const result = await kubestair(['upgrade', '-f', file], storeEnvironment(lab.access));
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Nothing to do');
  });
});
