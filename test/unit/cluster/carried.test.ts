import { expect, it } from 'vitest';
import { carriedFrom } from '../../../src/cluster/carried.ts';
import type { NodeObject } from '../../../src/cluster/objects.ts';

const node = (
  labels: Record<string, string>,
  annotations: Record<string, string>,
  taints: readonly { key: string; effect: string }[] = [],
): NodeObject => ({ metadata: { name: 'n', uid: 'u', labels, annotations }, spec: { taints } });

it('carries what people gave to a node, and nothing that is about its host', () => {
  const old = node(
    {
      'kubernetes.io/hostname': 'w1',
      'kubernetes.io/arch': 'amd64',
      'node-role.kubernetes.io/web': '',
      'topology.kubernetes.io/zone': 'a',
      pool: 'web',
    },
    {
      'kubestair.dev/cordoned-by': 'run',
      'flannel.alpha.coreos.com/public-ip': '10.0.0.1',
      'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      'example.com/rack': 'r1',
    },
    [
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
      { key: 'dedicated', effect: 'NoExecute' },
    ],
  );
  const fresh = node({ 'kubernetes.io/hostname': 's1', 'topology.kubernetes.io/zone': 'b' }, {});
  expect(carriedFrom(old, fresh)).toEqual({
    labels: { 'node-role.kubernetes.io/web': '', pool: 'web' },
    annotations: { 'example.com/rack': 'r1' },
    taints: [{ key: 'dedicated', value: '', effect: 'NoExecute' }],
  });
});

it('leaves behind what names the old node, and what storage drivers say of its place', () => {
  const old = node({ 'openebs.io/nodename': 'n', 'topology.csi.example.com/rack': 'r1', pool: 'web' }, {});
  const { labels } = carriedFrom(old, node({}, {}), ['topology.csi.example.com/rack']);
  expect(labels).toEqual({ pool: 'web' });
});
