import { describe, expect, it } from 'vitest';
import { parseData } from '../../../../src/providers/kubeadm/restore/data-facts.ts';
import { parseUnit } from '../../../../src/providers/kubeadm/restore/etcd-unit.ts';
import { versionOf } from '../../../../src/providers/kubeadm/restore/pod-member.ts';
import { parseSurvey, unfinishedLine } from '../../../../src/providers/kubeadm/restore/survey.ts';
import { flagsOf, staticPodOf } from '../../../../src/providers/kubeadm/static-pod.ts';
import { apiServerManifest } from './samples.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('what a host says of itself', () => {
  it('is read line by line', () => {
    const unfinished = {
      restoreId: '20261121T131349Z-002a',
      backupId: '20261121T131322Z-75fc',
      bump: '1000000000',
    };
    const facts = parseSurvey(
      'cp1',
      [
        `file kube-apiserver ${base64(apiServerManifest('v1.36.3'))}`,
        'stopped kube-scheduler',
        `file kube-scheduler ${base64('spec:\n  containers: [{ name: kube-scheduler, image: "x/kube-scheduler:v1.36.3" }]\n')}`,
        `file ca ${base64('PEM\n')}`,
        `file unfinished ${base64(`${unfinishedLine(unfinished)}\n`)}`,
        `file revision ${base64('1000003464\n')}`,
        'free   123456789',
        'unit kubestair-0123456789abcdef.service',
        'package kubeadm 1.36.3-1.1 hold installed',
        'package kubelet 1.36.3-1.1 install installed',
        'package kubectl 1.36.3-1.1 deinstall config-files',
        '',
      ].join('\n'),
    );
    expect(facts).toMatchObject({
      name: 'cp1',
      stopped: ['kube-scheduler'],
      ca: 'PEM\n',
      unfinished,
      lastRevision: 1_000_003_464n,
      units: ['kubestair-0123456789abcdef'],
      packages: {
        kubeadm: { version: '1.36.3-1.1', held: true },
        kubelet: { version: '1.36.3-1.1', held: false },
        kubectl: { version: '', held: false },
      },
      freeBytes: 123_456_789,
    });
    expect(Object.keys(facts.manifests)).toEqual(['kube-apiserver', 'kube-scheduler']);
    expect(facts.manifests['kube-apiserver']?.image).toBe('registry.k8s.io/kube-apiserver:v1.36.3');
  });

  it('is nothing where it says nothing', () => {
    expect(parseSurvey('cp1', '')).toMatchObject({ manifests: {}, unfinished: undefined, lastRevision: 0n });
    expect(parseSurvey('cp1', '').freeBytes).toBeNaN();
  });

  it('tells where the data lies', () => {
    expect(parseData('data /data/etcd\ndata-free  5000\ndata-mount\nowner 101:102\n')).toEqual({
      dataDir: '/data/etcd',
      isMountPoint: true,
      owner: '101:102',
      freeBytes: 5000,
    });
    expect(parseData('data /var/lib/etcd\ndata-free 1\n')).toMatchObject({
      isMountPoint: false,
      owner: undefined,
    });
  });

  it.each([
    ['registry.k8s.io/etcd:3.6.6-0', '3.6.6'],
    ['mirror.example:5000/etcd:v3.5.21', '3.5.21'],
    ['registry.k8s.io/etcd@sha256:0123', undefined],
    ['registry.k8s.io/etcd:latest', undefined],
  ])('names the version of %s', (image, version) => {
    expect(versionOf(image)).toBe(version);
  });
});

describe('a static pod', () => {
  const etcd = `spec:
  securityContext: { runAsUser: 2379 }
  containers:
  - name: helper
    image: helper:1
  - name: etcd
    image: etcd:3.6.6-0
    command: [etcd, --data-dir=/data, --name, cp1]
    args: ["--data-dir=/data/etcd"]
    volumeMounts:
    - { name: all, mountPath: /data }
    - { name: deep, mountPath: /data/etcd/ }
  volumes:
  - { name: all, hostPath: { path: /srv } }
  - { name: deep, hostPath: { path: /disk/etcd/ } }
`;

  it('is read by the name of its container, and its paths as the host knows them', () => {
    const pod = staticPodOf(etcd, 'etcd');
    expect(pod?.image).toBe('etcd:3.6.6-0');
    expect(pod?.flag('name')).toBe('cp1');
    expect(pod?.flag('data-dir')).toBe('/data/etcd');
    expect(pod?.onHost('/data/etcd')).toBe('/disk/etcd');
    expect(pod?.onHost('/data/etcd/member')).toBe('/disk/etcd/member');
    expect(pod?.onHost('/data/other')).toBe('/srv/other');
    expect(pod?.onHost('/database')).toBe('/database');
    expect(pod?.owner).toBe('2379:2379');
    expect(staticPodOf(etcd)?.image).toBe('helper:1');
  });

  it.each(['', 'not: a pod', 'spec: { containers: [] }', '{{'])('is none in %j', (text) => {
    expect(staticPodOf(text)).toBeUndefined();
  });

  it('takes flags in each form that programs take them', () => {
    expect([...flagsOf(['--a=1', '--b', '2', '--c', '--d', '-e=5', '--a=9'])]).toEqual([
      ['a', '9'],
      ['b', '2'],
      ['c', 'true'],
      ['d', 'true'],
      ['e', '5'],
    ]);
  });
});

describe('an etcd that runs as a unit', () => {
  const words = (...list: readonly string[]) => `words ${base64(['/usr/bin/etcd', ...list].join('\0'))}`;
  const environment = (...list: readonly string[]) => `environment ${base64(list.join('\n'))}`;

  it('is read from its flags, before its environment', () => {
    const stdout = [
      words('--name', 'e1', '--data-dir=/data'),
      environment(
        'ETCD_NAME=other',
        'ETCD_INITIAL_ADVERTISE_PEER_URLS=https://10.0.0.9:2380,https://[::1]:2380',
      ),
    ].join('\n');
    expect(parseUnit(stdout)).toEqual({
      name: 'e1',
      dataDir: '/data',
      walDir: undefined,
      peerUrls: ['https://10.0.0.9:2380', 'https://[::1]:2380'],
    });
  });

  it('is read from its file alone, where it has one', () => {
    const file =
      'name: e1\ndata-dir: /file\nwal-dir: /wal\ninitial-advertise-peer-urls: https://10.0.0.9:2380\n';
    const stdout = [
      words('--config-file=/etc/etcd.yaml', '--data-dir=/flag'),
      environment('ETCD_DATA_DIR=/environment'),
      `file config ${base64(file)}`,
    ].join('\n');
    expect(parseUnit(stdout)).toMatchObject({ name: 'e1', dataDir: '/file', walDir: '/wal' });
  });

  it("has etcd's own defaults", () => {
    expect(parseUnit([words('--name=e1'), environment()].join('\n'))).toMatchObject({
      dataDir: 'e1.etcd',
      peerUrls: [],
    });
  });

  it('is none where there is no unit', () => {
    expect(parseUnit('none')).toBeUndefined();
  });
});
