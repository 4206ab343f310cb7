import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Setting } from '../../../src/cluster/evidence.ts';
import { argumentsIn, settingsOf } from '../../../src/providers/kubeadm/settings/arguments.ts';
import { settingsOfClusterConfiguration } from '../../../src/providers/kubeadm/settings/cluster-settings.ts';
import { settingsOfConfig } from '../../../src/providers/kubeadm/settings/component-config.ts';
import { parseHostSettings } from '../../../src/providers/kubeadm/settings/host-settings.ts';
import { kubeletWords } from '../../../src/providers/kubeadm/settings/kubelet-unit.ts';
import { settingsOfStaticPod } from '../../../src/providers/kubeadm/settings/static-pod.ts';
import { splitWords } from '../../../src/providers/kubeadm/settings/words.ts';

/** `kind name` of each, `=on` for a gate that is on, and where it is written. */
const told = (settings: readonly Setting[]): readonly string[] =>
  settings.map((setting) => {
    const on = setting.kind === 'gate' && setting.on ? '=on' : '';
    return `${setting.kind} ${setting.name}${on} ${setting.place}${setting.line === undefined ? '' : `:${setting.line}`}`;
  });

describe('words', () => {
  test.each([
    ['--a=1  --b "c d"', ['--a=1', '--b', 'c d']],
    [`--a='x "y" z'`, ['--a=x "y" z']],
    ['--a=x\\ y \\\n --b', ['--a=x y', '--b']],
    [`"" ''`, ['', '']],
    ['', []],
  ])('of %s', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  test('come out as a shell would have quoted them', () => {
    const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitWords(words.map(quoted).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('arguments', () => {
  const words = (...texts: readonly string[]) => texts.map((text) => ({ text, place: 'x' }));

  test('have their value after a sign or in the next word', () => {
    const args = argumentsIn(words('kubelet', '--a=1', '--b', '2', '-v', '4', '--c', '--d='));
    expect(args.map(({ name, value }) => [name, value])).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['v', '4'],
      ['c', ''],
      ['d', ''],
    ]);
  });

  test('give up every value but those that are judged', () => {
    const args = argumentsIn(
      words(
        '--etcd-servers=https://user:secret@etcd:2379',
        '--feature-gates=A=true,kube:B=false',
        '--enable-admission-plugins=NodeRestriction,PodSecurity',
        '--runtime-config=batch/v1beta1=true,apps/v1/deployments=false,api/beta=true',
      ),
    );
    const settings = settingsOf('kube-apiserver', args);
    expect(JSON.stringify(settings)).not.toContain('secret');
    expect(told(settings)).toEqual([
      'flag etcd-servers x',
      'flag feature-gates x',
      'gate A=on x',
      'gate B x',
      'flag enable-admission-plugins x',
      'admission-plugin NodeRestriction x',
      'admission-plugin PodSecurity x',
      'flag runtime-config x',
      'runtime-version batch/v1beta1 x',
      'runtime-version apps/v1 x',
    ]);
  });

  test('may be written with underscores, but for etcd, whose gates are its own', () => {
    const args = argumentsIn(words('--feature_gates=A=true'));
    expect(told(settingsOf('kubelet', args))).toEqual(['flag feature-gates x', 'gate A=on x']);
    expect(told(settingsOf('etcd', args))).toEqual(['flag feature_gates x']);
    expect(told(settingsOf('etcd', argumentsIn(words('--feature-gates=InitialCorruptCheck=true'))))).toEqual([
      'flag feature-gates x',
    ]);
  });
});

const UNIT = `# /usr/lib/systemd/system/kubelet.service
[Unit]
Description=kubelet
[Service]
ExecStart=/usr/bin/kubelet
Restart=always

# /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf
# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/b --kubeconfig=/k"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

describe("the kubelet's command line", () => {
  const files = new Map([
    ['/var/lib/kubelet/kubeadm-flags.env', 'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.1 --a"\n'],
    [
      '/etc/default/kubelet',
      '# kept by hand\n\nKUBELET_EXTRA_ARGS=--containerd=/run/c.sock --v=4\nOTHER=--x\n',
    ],
  ]);
  const line = (unit: string, own: ReadonlyMap<string, string> = files) =>
    kubeletWords(unit, own).map(({ text, place, line }) => `${text} ${place}:${line}`);

  test('is what systemd would make of the unit now', () => {
    const dropIn = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
    expect(line(UNIT)).toEqual([
      `/usr/bin/kubelet ${dropIn}:8`,
      `--bootstrap-kubeconfig=/b ${dropIn}:3`,
      `--kubeconfig=/k ${dropIn}:3`,
      `--config=/var/lib/kubelet/config.yaml ${dropIn}:4`,
      '--node-ip=10.0.0.1 /var/lib/kubelet/kubeadm-flags.env:1',
      '--a /var/lib/kubelet/kubeadm-flags.env:1',
      '--containerd=/run/c.sock /etc/default/kubelet:3',
      '--v=4 /etc/default/kubelet:3',
    ]);
  });

  test('takes the last drop-in, lines that go on, and variables inside of words', () => {
    const unit = `${UNIT}
# /etc/systemd/system/kubelet.service.d/20-mine.conf
[Service]
Environment=LEVEL=6 "MORE=--b --c"
ExecStart=
ExecStart=-/usr/bin/kubelet \\
  # a comment between
  --v=\${LEVEL} $MORE $NONE
`;
    expect(line(unit).map((text) => text.replace(/ .*\.d\//, ' '))).toEqual([
      '/usr/bin/kubelet 20-mine.conf:4',
      '--v=6 20-mine.conf:4',
      '--b 20-mine.conf:2',
      '--c 20-mine.conf:2',
    ]);
  });

  test('is empty without a unit', () => {
    expect(line('')).toEqual([]);
  });
});

const POD = `apiVersion: v1
kind: Pod
metadata: { name: kube-apiserver }
spec:
  containers:
  - name: kube-apiserver
    command:
    - kube-apiserver
    - --feature-gates=MemoryManager=true
    args: ["--v=2"]
  - name: helper
    command: [sh, -c, "--x"]
`;

test('static pods of the control plane are read, others are not', () => {
  expect(told(settingsOfStaticPod('/m.yaml', POD))).toEqual([
    'flag feature-gates /m.yaml:9',
    'gate MemoryManager=on /m.yaml:9',
    'flag v /m.yaml:10',
  ]);
  expect(settingsOfStaticPod('/m.yaml', POD.replace('- kube-apiserver', '- haproxy'))).toEqual([]);
  expect(() => settingsOfStaticPod('/m.yaml', 'a: [')).toThrow('no YAML');
});

test('a configuration tells its fields and gates', () => {
  const text = 'kind: KubeletConfiguration\nfeatureGates:\n  A: true\n  B: false\nmaxPodz: 3\n';
  expect(told(settingsOfConfig('kubelet', 'c', text))).toEqual([
    'field kind c:1',
    'field featureGates c:2',
    'field maxPodz c:5',
    'gate A=on c:3',
    'gate B c:4',
  ]);
  expect(settingsOfConfig('kubelet', 'c', '')).toEqual([]);
});

describe('a ClusterConfiguration', () => {
  const lists = `apiServer:
  extraArgs:
  - { name: feature-gates, value: A=true }
  - { name: enable-admission-plugins, value: "NodeRestriction" }
etcd: { local: { extraArgs: [{ name: experimental-initial-corrupt-check, value: "true" }], imageTag: 3.6.11-0 } }
scheduler: {}
`;

  test('is read in the form of v1beta4', () => {
    expect(told(settingsOfClusterConfiguration('CM', lists))).toEqual([
      'flag feature-gates CM, apiServer.extraArgs',
      'gate A=on CM, apiServer.extraArgs',
      'flag enable-admission-plugins CM, apiServer.extraArgs',
      'admission-plugin NodeRestriction CM, apiServer.extraArgs',
      'flag experimental-initial-corrupt-check CM, etcd.local.extraArgs',
      'etcd-tag 3.6.11-0 CM',
    ]);
  });

  test('is read in the form of v1beta3', () => {
    const text = 'controllerManager:\n  extraArgs:\n    concurrent-service-syncs: "2"\n';
    expect(told(settingsOfClusterConfiguration('CM', text))).toEqual([
      'flag concurrent-service-syncs CM, controllerManager.extraArgs',
    ]);
  });
});

test('a host is read as far as it can be', () => {
  const part = (kind: string, path: string, text: string) =>
    `${kind} ${path}\n${Buffer.from(text).toString('base64')}\n`;
  const { found, unread } = parseHostSettings(
    [
      part('unit', 'kubelet.service', UNIT),
      part('variables', '/etc/default/kubelet', 'KUBELET_EXTRA_ARGS="--containerd=x"\n'),
      part('config', '/etc/kubernetes/kubelet.conf.d/1.conf', 'maxPods: 3\n'),
      part('manifest', '/etc/kubernetes/manifests/kube-apiserver.yaml', 'spec: ['),
      part('manifest', '/etc/kubernetes/manifests/haproxy.yaml', 'spec: {}'),
    ].join(''),
  );
  expect(told(found)).toContain('flag containerd /etc/default/kubelet:1');
  expect(told(found)).toContain('field maxPods /etc/kubernetes/kubelet.conf.d/1.conf:1');
  expect(unread).toEqual([{ place: '/etc/kubernetes/manifests/kube-apiserver.yaml', reason: 'is no YAML' }]);
});

test('a host without a kubelet unit is unread', () => {
  expect(parseHostSettings('unit kubelet.service\nCg==\n').unread).toEqual([
    { place: 'kubelet.service', reason: 'systemd has no such unit' },
  ]);
});
