import { describe, expect, test } from 'vitest';
import { type Evidence, NO_EVIDENCE, type Setting } from '../../../src/cluster/evidence.ts';
import { known, unknown } from '../../../src/cluster/known.ts';
import type { Observation } from '../../../src/cluster/observation.ts';
import { runChecks } from '../../../src/plan/checks/registry.ts';
import type { Hop } from '../../../src/plan/plan.ts';
import { cluster, config, controlPlane, plainProvider, worker } from './sample.ts';

const OWN = [
  'component-flags',
  'feature-gates',
  'admission-plugins',
  'runtime-config',
  'config-fields',
  'static-pod-edits',
  'settings-evidence',
  'removed-apis',
  'deprecated-apis',
  'api-evidence',
  'reviewed-versions',
];

const TO_36 = { from: 'v1.35.4', to: 'v1.36.3' } as const;
const TO_37 = { from: 'v1.36.3', to: 'v1.37.1' } as const;
const nodes = [controlPlane('cp1', 'v1.35.4'), worker('w1', 'v1.35.4')];

function findings(evidence: Partial<Evidence>, hops: readonly Hop[], over: Partial<Observation> = {}) {
  const observation = cluster(nodes, { evidence: known({ ...NO_EVIDENCE, ...evidence }), ...over });
  const steps = hops.flatMap((hop) => plainProvider.steps(hop, observation));
  const all = runChecks({ config: config(), observation, hops, steps, evictions: [], now: new Date(0) });
  return all.filter(({ check }) => OWN.includes(check));
}

const told = (evidence: Partial<Evidence>, hops: readonly Hop[] = [TO_36, TO_37]) =>
  findings(evidence, hops).map(({ check, severity, object }) => `${severity} ${check} ${object}`);

const VAC = { api: 'storage.k8s.io/v1beta1', resource: 'volumeattributesclasses' };
const CTB = { api: 'certificates.k8s.io/v1beta1', resource: 'clustertrustbundles' };
const asked = (api: typeof VAC, verbs: readonly string[], preferred = false, upSeconds = 1e6) => ({
  requests: [{ node: 'cp1', found: known({ upSeconds, apis: [{ ...api, verbs, preferred }] }) }],
});

describe('requests', () => {
  test('of clients for what a hop removes block', () => {
    const [finding, ...others] = findings(asked(VAC, ['GET', 'LIST']), [TO_36, TO_37]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      check: 'removed-apis',
      severity: 'blocking',
      object: 'volumeattributesclasses.v1beta1.storage.k8s.io',
      message: 'is asked for by clients (GET, LIST on cp1), which v1.37.1 does not serve',
      remedy: expect.stringContaining('storage.k8s.io/v1 replaces it.'),
    });
  });

  test('do not before the hop that removes it, and warn only once it is deprecated', () => {
    expect(told(asked(VAC, ['POST']), [TO_36])).toEqual([
      'warning deprecated-apis volumeattributesclasses.v1beta1.storage.k8s.io',
    ]);
    expect(told(asked(CTB, ['POST']), [TO_36])).toEqual([]);
    expect(told(asked(CTB, ['POST']))).toEqual([
      'warning deprecated-apis clustertrustbundles.v1beta1.certificates.k8s.io',
    ]);
  });

  test('as controllers make of every kind are no use, where they would choose that version', () => {
    const own = ['DELETECOLLECTION', 'LIST', 'WATCH'];
    expect(told(asked(VAC, own, true))).toEqual([
      'info removed-apis volumeattributesclasses.v1beta1.storage.k8s.io',
    ]);
    expect(told(asked(CTB, own, true))).toEqual([]);
    expect(told(asked(VAC, own, false))).toEqual([
      'blocking removed-apis volumeattributesclasses.v1beta1.storage.k8s.io',
    ]);
    expect(told(asked(VAC, ['LIST', 'PUT'], true))).toEqual([
      'blocking removed-apis volumeattributesclasses.v1beta1.storage.k8s.io',
    ]);
  });

  test('of several API servers are one finding, and one client behind any of them is enough', () => {
    const requests = [
      ...asked(VAC, ['LIST'], true).requests,
      {
        node: 'cp2',
        found: known({ upSeconds: 1e6, apis: [{ ...VAC, verbs: ['PATCH'], preferred: true }] }),
      },
    ];
    expect(findings({ requests }, [TO_36, TO_37]).map(({ message }) => message)).toEqual([
      'is asked for by clients (LIST, PATCH on cp1, cp2), which v1.37.1 does not serve',
    ]);
  });

  test('that could not be counted are unknown, and few of them say little', () => {
    expect(told({ requests: [{ node: 'cp1', found: unknown('403') }] })).toEqual([
      'unknown api-evidence Node/cp1',
    ]);
    expect(findings(asked(VAC, [], true, 300), [TO_36])).toMatchObject([
      { severity: 'info', object: 'API servers', message: expect.stringContaining('cp1 (5 min)') },
    ]);
  });
});

test('objects are told with who wrote them, and what there is instead', () => {
  const use = {
    ...{ api: 'storage.k8s.io/v1beta1', kind: 'VolumeAttributesClass', name: 'gold', by: 'terraform' },
    ...{ trace: 'managed-fields' as const, at: '2026-03-01T10:00:00Z' },
  };
  const objects = [{ resource: 'x', found: known({ uses: [use], more: 3 }) }];
  expect(findings({ objects }, [TO_36, TO_37])).toMatchObject([
    {
      check: 'removed-apis',
      severity: 'blocking',
      object: 'VolumeAttributesClass/gold',
      message:
        'was last written with storage.k8s.io/v1beta1 by terraform on 2026-03-01, which v1.37.1 does not serve',
    },
    { check: 'api-evidence', severity: 'info', message: expect.stringContaining('3 more') },
  ]);
});

test('an API with no other version before the hop has to go and come back', () => {
  const object = { api: 'scheduling.k8s.io/v1alpha1', kind: 'Workload', name: 'batch' };
  const location = { file: 'deploy/w.yaml', line: 3, column: 13 };
  const manifests = { objects: [{ ...object, location }], templates: [], unread: [] };
  expect(findings({ manifests }, [TO_36])).toMatchObject([
    {
      severity: 'blocking',
      object: 'Workload/batch',
      location,
      remedy:
        'Change line 3 of deploy/w.yaml: scheduling.k8s.io/v1alpha2 replaces it, but only since 1.36. Take it away before 1.36, and bring it back after.',
    },
  ]);
});

describe('Helm releases', () => {
  const release = (objects: Evidence['releases'][number]['found']) => ({
    releases: [{ resource: 'secrets' as const, found: objects }],
  });
  const web = { namespace: 'shop', name: 'web', revision: 4 };

  test('are one finding for each API, and warn of what is gone already', () => {
    const named = (api: string, kind: string, name: string) => ({ api, kind, name });
    const objects = known([
      named('storage.k8s.io/v1beta1', 'VolumeAttributesClass', 'gold'),
      named('storage.k8s.io/v1beta1', 'VolumeAttributesClass', 'silver'),
      named('policy/v1beta1', 'PodDisruptionBudget', 'web'),
    ]);
    expect(findings(release(known([{ ...web, objects }])), [TO_36, TO_37])).toMatchObject([
      {
        severity: 'blocking',
        object: 'Helm release shop/web',
        message: expect.stringContaining('VolumeAttributesClass/gold, VolumeAttributesClass/silver'),
      },
      {
        severity: 'warning',
        object: 'Helm release shop/web',
        message: expect.stringContaining('not served since 1.25'),
      },
    ]);
  });

  test('that cannot be read are unknown, one or all', () => {
    expect(told(release(known([{ ...web, objects: unknown('it is neither gzip nor JSON') }])))).toEqual([
      'unknown api-evidence Helm release shop/web',
    ]);
    expect(told(release({ known: false, reason: '403', next: 'Grant it.' }))).toEqual([
      'unknown api-evidence secrets',
    ]);
  });
});

test('what was not looked for is unknown', () => {
  const hops = [TO_36];
  expect(findings({}, hops, { evidence: unknown('it was not looked for') })).toMatchObject([
    { check: 'api-evidence', severity: 'unknown' },
  ]);
});

describe('settings', () => {
  const CONFIG = 'ConfigMap/kube-system/kubeadm-config, apiServer.extraArgs';
  const inCluster = (...found: readonly Setting[]) => ({ clusterSettings: { found, unread: [] } });
  const onHost = (node: string, ...found: readonly Setting[]) => ({
    hostSettings: [{ node, found: known({ found, unread: [] }) }],
  });
  const file = { place: '/etc/default/kubelet', line: 3 };
  const flag = { kind: 'flag', program: 'kubelet', name: 'containerd', ...file } as const;
  const gate = (name: string, on: boolean): Setting => ({
    kind: 'gate',
    program: 'kubelet',
    name,
    on,
    ...file,
  });

  test('a flag that the kubelet of a target does not know blocks at that target', () => {
    expect(told(onHost('w1', flag), [TO_36])).toEqual([]);
    expect(findings(onHost('w1', flag), [TO_36, TO_37])).toMatchObject([
      {
        check: 'component-flags',
        severity: 'blocking',
        object: 'Node/w1',
        message:
          'starts with --containerd (line 3 of /etc/default/kubelet), which kubelet v1.37.1 does not know: it would not start',
        remedy: 'Take --containerd out of line 3 of /etc/default/kubelet.',
      },
    ]);
  });

  test('hosts whose kubelet stays are left alone, and what kubeadm writes anew is judged in its ConfigMap', () => {
    expect(told(onHost('w9', flag))).toEqual([]);
    expect(told(onHost('cp1', { ...flag, program: 'kube-apiserver' }))).toEqual([
      'warning static-pod-edits Pod/kube-system/kube-apiserver-cp1',
    ]);
    expect(told(inCluster({ ...flag, program: 'kube-apiserver', place: CONFIG }))).toEqual([
      'blocking component-flags ConfigMap/kube-system/kubeadm-config',
    ]);
  });

  test('an upgrade that would take the keys of encryption at rest away is blocked', () => {
    const keys = {
      kind: 'flag',
      name: 'encryption-provider-config',
      program: 'kube-apiserver',
      place: '/etc/kubernetes/manifests/kube-apiserver.yaml',
    } as const;
    expect(findings(onHost('cp1', keys), [TO_36])).toMatchObject([
      {
        check: 'static-pod-edits',
        severity: 'blocking',
        message: expect.stringContaining('cannot read what is encrypted'),
      },
    ]);
    expect(told({ ...onHost('cp1', keys), ...inCluster(keys) })).toEqual([]);
  });

  test('what a static pod was given by hand is lost, and told once for each', () => {
    const place = '/etc/kubernetes/manifests/kube-apiserver.yaml';
    const ofPod = { program: 'kube-apiserver', place } as const;
    const settings: readonly Setting[] = [
      { kind: 'flag', name: 'secure-port', ...ofPod },
      { kind: 'flag', name: 'oidc-issuer-url', ...ofPod },
      { kind: 'flag', name: 'audit-log-path', ...ofPod },
      { kind: 'flag', name: 'feature-gates', ...ofPod },
      { kind: 'gate', name: 'ImageVolume', on: true, ...ofPod },
      { kind: 'flag', name: 'enable-admission-plugins', ...ofPod },
      { kind: 'admission-plugin', name: 'NodeRestriction', place },
      { kind: 'admission-plugin', name: 'EventRateLimit', place },
      { kind: 'flag', name: 'v', program: 'kube-scheduler', place: '/s.yaml' },
    ];
    const own = onHost('cp1', ...settings);
    const audit = inCluster({
      kind: 'flag',
      name: 'audit-log-path',
      program: 'kube-apiserver',
      place: CONFIG,
    });
    expect(findings({ ...own, ...audit }, [TO_36]).map(({ object, message }) => [object, message])).toEqual([
      [
        'Pod/kube-system/kube-apiserver-cp1',
        `runs with --oidc-issuer-url, the feature gate ImageVolume=true, the admission plug-in EventRateLimit (${place}), which is not in kubeadm's ClusterConfiguration: the upgrade drops them`,
      ],
      [
        'Pod/kube-system/kube-scheduler-cp1',
        "runs with --v (/s.yaml), which is not in kubeadm's ClusterConfiguration: the upgrade drops it",
      ],
    ]);
    const unread = [{ place: 'ConfigMap/kube-system/kubeadm-config', reason: 'no' }];
    expect(told({ ...own, clusterSettings: { found: [], unread } }, [TO_36])).toEqual([
      'unknown settings-evidence ConfigMap/kube-system/kubeadm-config',
    ]);
  });

  test('gates that are gone or locked the other way block, locked ones that agree do not', () => {
    const of = (name: string, on: boolean) =>
      findings(onHost('w1', gate(name, on)), [TO_36]).map(({ message }) => message);
    expect(of('MemoryManager', true)).toEqual([expect.stringContaining('kubelet v1.36.3 does not know')]);
    expect(of('ImageVolume', false)).toEqual([expect.stringContaining('has locked on')]);
    expect(of('ImageVolume', true)).toEqual([]);
    expect(of('GitRepoVolumeDriver', true)).toEqual([expect.stringContaining('has locked off')]);
    expect(of('AllAlpha', false)).toEqual([]);
  });

  test('the API server is judged by its plug-ins and API versions', () => {
    const plugin = { kind: 'admission-plugin', name: 'JobValidation', place: CONFIG } as const;
    const version = { kind: 'runtime-version', name: 'scheduling.k8s.io/v1alpha1', place: CONFIG } as const;
    expect(told(inCluster(plugin, version))).toEqual([
      'blocking admission-plugins ConfigMap/kube-system/kubeadm-config',
      'blocking runtime-config ConfigMap/kube-system/kubeadm-config',
    ]);
  });

  test('etcd is judged as the one that will run: the newer, or the one that is kept', () => {
    const place = 'ConfigMap/kube-system/kubeadm-config, etcd.local.extraArgs';
    const corrupt: Setting = {
      kind: 'flag',
      program: 'etcd',
      name: 'experimental-initial-corrupt-check',
      place,
    };
    const kept = { kind: 'etcd-tag', name: '3.6.11-0', place: CONFIG } as const;
    expect(findings(inCluster(corrupt), [TO_37])).toMatchObject([
      { severity: 'blocking', message: expect.stringContaining('etcd 3.7.0 (with v1.37.1)') },
    ]);
    expect(told(inCluster(corrupt, kept))).toEqual([]);
  });

  test('a field that is left out only warns', () => {
    const field = {
      kind: 'field',
      program: 'kubelet',
      name: 'maxPodz',
      place: 'ConfigMap/kube-system/kubelet-config',
    } as const;
    expect(told(inCluster(field))).toEqual(['warning config-fields ConfigMap/kube-system/kubelet-config']);
    expect(told(inCluster({ ...field, name: 'maxPods' }))).toEqual([]);
  });

  test('that could not be read are unknown by the place that they are in', () => {
    const unread = [{ place: 'ConfigMap/kube-system/kubelet-config', reason: 'is no YAML' }];
    expect(told({ clusterSettings: { found: [], unread } })).toEqual([
      'unknown settings-evidence ConfigMap/kube-system/kubelet-config',
    ]);
    expect(told({ hostSettings: [{ node: 'w1', found: unknown('time-out') }] })).toEqual([
      'unknown settings-evidence Node/w1',
    ]);
  });
});

test('a minor that nobody has looked at is unknown', () => {
  const to = { from: 'v1.37.1', to: 'v1.38.0' } as const;
  expect(told({}, [to])).toEqual(['unknown reviewed-versions Kubernetes 1.38']);
  expect(findings({}, [{ from: 'v1.33.2', to: 'v1.34.1' }])[0]).toMatchObject({
    object: 'Kubernetes 1.34',
    message: expect.stringMatching(/^removed flags/),
  });
});
