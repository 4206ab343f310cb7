import { describe, expect, test } from 'vitest';
import type { DiskFacts } from '../../../../src/cluster/host-facts.ts';
import { known } from '../../../../src/cluster/known.ts';
import { kubeletSettings } from '../../../../src/cluster/kubelet-config.ts';
import { findings, found, HOP, planes, withFacts } from './judge.ts';

const GB = 1_000_000_000;
const disk = (path: string, over: Partial<DiskFacts> = {}): DiskFacts => ({
  path,
  mount: '/',
  freeBytes: 50 * GB,
  sizeBytes: 100 * GB,
  freeInodes: 1_000_000,
  ...over,
});
const APT = '/var/cache/apt/archives';
const IMAGES = '/var/lib/containerd';
const none = known(
  kubeletSettings({ evictionHard: { 'imagefs.available': '0%', 'nodefs.available': '0%' } }),
);

describe('disk-space', () => {
  test('sums what lies on one file system', () => {
    const disks = (free: number) => [APT, '/usr', IMAGES].map((path) => disk(path, { freeBytes: free }));
    const at = (free: number) =>
      found('disk-space', { observation: withFacts({ disks: disks(free), kubelet: none }) });
    expect(at(0.53 * GB)).toEqual([]);
    expect(at(0.51 * GB)).toEqual(['blocking Node/w1: /']);
  });

  test('minds each file system for itself', () => {
    const disks = [disk(APT, { mount: '/var/cache', freeBytes: 1_000_000 }), disk(IMAGES)];
    expect(found('disk-space', { observation: withFacts({ disks }) })).toEqual([
      'blocking Node/w1: /var/cache',
    ]);
  });

  test('counts the copy of etcd that kubeadm makes, for each hop', () => {
    const disks = [disk('/etc/kubernetes', { mount: '/etc', freeBytes: 5 * GB })];
    const observation = planes({ disks, etcdDataBytes: 3 * GB });
    const next = { from: 'v1.36.3', to: 'v1.37.1' } as const;
    expect(found('disk-space', { observation })).toEqual([]);
    expect(found('disk-space', { observation, hops: [HOP, next] })).toEqual(['blocking Node/cp1: /etc']);
  });

  test('runs out of inodes too', () => {
    const disks = [disk(APT, { freeInodes: 12 })];
    expect(findings('disk-space', { observation: withFacts({ disks }) })[0]?.message).toContain('12 inodes');
  });

  test('warns before the kubelet evicts, by its own thresholds or its defaults', () => {
    const disks = [disk(IMAGES, { freeBytes: 12 * GB })];
    expect(found('disk-space', { observation: withFacts({ disks }) })).toEqual(['warning Node/w1: /']);
    expect(found('disk-space', { observation: withFacts({ disks, kubelet: none }) })).toEqual([]);
    const absolute = known(kubeletSettings({ evictionHard: { 'imagefs.available': '20Gi' } }));
    expect(found('disk-space', { observation: withFacts({ disks, kubelet: absolute }) })).toEqual([
      'warning Node/w1: /',
    ]);
    const other = known(kubeletSettings({ evictionHard: { 'memory.available': '100Mi' } }));
    expect(found('disk-space', { observation: withFacts({ disks, kubelet: other }) })).toEqual([]);
  });
});
