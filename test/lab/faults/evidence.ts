import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { kubectl } from '../kubectl.ts';
import { onHost } from '../ssh.ts';
import type { TestLab } from '../support/test-lab.ts';
import { waitFor } from '../wait.ts';
import { addArgument, type Configuration, changeConfigMap, restoreConfigMap } from './config-map.ts';
import type { ExpectedFinding, Fault } from './fault.ts';

const API = '/apis/scheduling.k8s.io/v1alpha1';

const WORKLOAD = {
  apiVersion: 'scheduling.k8s.io/v1alpha1',
  kind: 'Workload',
  metadata: { name: 'batch' },
  spec: { podGroups: [{ name: 'main', policy: { basic: {} } }] },
};

/** Traces of what Kubernetes 1.36 does not have any more. */
export const evidenceFaults: readonly Fault[] = [
  onKubelet(
    'a removed kubelet flag in /etc/default',
    'w1',
    '/etc/default/kubelet',
    'KUBELET_EXTRA_ARGS=--pod-infra-container-image=registry.k8s.io/pause:3.9\n',
  ),
  onKubelet(
    'a removed kubelet flag in a drop-in',
    'w2',
    '/etc/systemd/system/kubelet.service.d/30-fault.conf',
    '[Service]\nExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS \\\n  --network-plugin=cni\n',
  ),
  inConfigMap('a removed feature gate of the API server', 'kubeadm-config', 'ClusterConfiguration', {
    change: (configuration) => addArgument(configuration, 'apiServer', 'feature-gates', 'MemoryManager=true'),
    expect: { check: 'feature-gates', severity: 'blocking' },
  }),
  inConfigMap('a locked feature gate of all kubelets', 'kubelet-config', 'kubelet', {
    change: (configuration) => {
      configuration.featureGates = { ImageVolume: false };
    },
    expect: { check: 'feature-gates', severity: 'blocking' },
  }),
  inConfigMap('a removed feature gate of kube-proxy', 'kube-proxy', 'config.conf', {
    change: (configuration) => {
      configuration.featureGates = { TopologyAwareHints: true };
    },
    expect: { check: 'feature-gates', severity: 'blocking' },
  }),
  inConfigMap('a removed flag of etcd', 'kubeadm-config', 'ClusterConfiguration', {
    change: (configuration) => addArgument(configuration, 'etcd.local', 'enable-v2', 'true'),
    expect: { check: 'component-flags', severity: 'blocking' },
  }),
  inConfigMap('an admission plug-in that is gone', 'kubeadm-config', 'ClusterConfiguration', {
    change: (configuration) =>
      addArgument(
        configuration,
        'apiServer',
        'enable-admission-plugins',
        'NodeRestriction,PodSecurityPolicy',
      ),
    expect: { check: 'admission-plugins', severity: 'blocking' },
  }),
  inConfigMap('an API version that is gone, turned on', 'kubeadm-config', 'ClusterConfiguration', {
    change: (configuration) =>
      addArgument(configuration, 'apiServer', 'runtime-config', 'autoscaling/v2beta2=true'),
    expect: { check: 'runtime-config', severity: 'blocking' },
  }),
  inConfigMap('a field that the kubelet does not have', 'kubelet-config', 'kubelet', {
    change: (configuration) => {
      configuration.maxPodz = 200;
    },
    expect: { check: 'config-fields', severity: 'warning' },
  }),
  {
    name: 'a flag given to the scheduler by hand',
    seed: (lab) =>
      onHost(
        lab.state,
        'cp1',
        `cp -p /etc/kubernetes/manifests/kube-scheduler.yaml /root/kube-scheduler.yaml
sed 's/^    - kube-scheduler$/&\\n    - --v=1/' /root/kube-scheduler.yaml >/etc/kubernetes/manifests/kube-scheduler.yaml`,
      ),
    undo: (lab) => onHost(lab.state, 'cp1', moveBack('kube-scheduler')),
    expect: {
      check: 'static-pod-edits',
      severity: 'warning',
      object: 'Pod/kube-system/kube-scheduler-cp1',
    },
  },
  {
    name: 'a static pod that is no YAML',
    seed: (lab) => onHost(lab.state, 'cp1', 'echo "spec: [" >/etc/kubernetes/manifests/fault.yaml'),
    undo: (lab) => onHost(lab.state, 'cp1', 'rm -f /etc/kubernetes/manifests/fault.yaml'),
    expect: { check: 'settings-evidence', severity: 'unknown', object: 'Node/cp1' },
  },
  helmRelease('a Helm release with an API that goes', helmText(stringify(WORKLOAD)), {
    check: 'removed-apis',
    severity: 'blocking',
  }),
  helmRelease(
    'a Helm release with an API of long ago',
    helmText('apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web }\n'),
    { check: 'removed-apis', severity: 'warning' },
  ),
  helmRelease('a Helm release that is not gzip', Buffer.from('no release').toString('base64'), {
    check: 'api-evidence',
    severity: 'unknown',
  }),
  {
    name: 'a manifest in the repository',
    file: { spec: { manifests: ['../deploy'] } },
    seed: async (lab) => {
      await mkdir(path.join(lab.dir, 'deploy'), { recursive: true });
      await writeFile(path.join(lab.dir, 'deploy/batch.yaml'), stringify(WORKLOAD));
    },
    undo: async () => {},
    expect: { check: 'removed-apis', severity: 'blocking', object: 'Workload/batch' },
  },
  {
    name: 'a pattern that no manifest matches',
    file: { spec: { manifests: ['../depoly/**'] } },
    seed: async () => {},
    undo: async () => {},
    expect: { check: 'api-evidence', severity: 'unknown', object: /depoly\/\*\*$/ },
  },
  {
    name: 'a client of an API that goes',
    seed: async (lab) => {
      await onHost(
        lab.state,
        'cp1',
        `cp -p /etc/kubernetes/manifests/kube-apiserver.yaml /root/kube-apiserver.yaml
sed 's/^    - kube-apiserver$/&\\n    - --runtime-config=scheduling.k8s.io\\/v1alpha1=true\\n    - --feature-gates=GenericWorkload=true/' /root/kube-apiserver.yaml >/root/changed.yaml
mv /root/changed.yaml /etc/kubernetes/manifests/kube-apiserver.yaml`,
      );
      await served(lab, true);
      const input = JSON.stringify(WORKLOAD);
      await kubectl(lab.state, ['apply', '-f', '-'], { input });
    },
    undo: async (lab) => {
      await kubectl(lab.state, ['delete', '--ignore-not-found', 'workload', 'batch']).catch(() => {});
      await onHost(lab.state, 'cp1', moveBack('kube-apiserver'));
      await served(lab, false);
    },
    expect: {
      check: 'removed-apis',
      severity: 'blocking',
      object: 'workloads.v1alpha1.scheduling.k8s.io',
    },
    also: [{ check: 'removed-apis', severity: 'blocking', object: 'Workload/default/batch' }],
  },
];

/** A file of a kubelet's host; it is not restarted, so that it meets its flags only with the upgrade. */
function onKubelet(name: string, host: string, file: string, text: string): Fault {
  return {
    name,
    seed: (lab) =>
      onHost(
        lab.state,
        host,
        `if [ -e ${file} ]; then cp -p ${file} /root/kept-kubelet-file; fi
mkdir -p ${path.dirname(file)}
cat >${file} <<'END'
${text}END`,
      ),
    undo: (lab) =>
      onHost(
        lab.state,
        host,
        `if [ -e /root/kept-kubelet-file ]; then mv /root/kept-kubelet-file ${file}; else rm -f ${file}; fi`,
      ),
    expect: { check: 'component-flags', severity: 'blocking', object: `Node/${host}` },
  };
}

/** A change of what kubeadm keeps in the cluster; no component is restarted with it. */
function inConfigMap(
  name: string,
  map: string,
  key: string,
  {
    change,
    expect,
  }: {
    readonly change: (configuration: Configuration) => void;
    readonly expect: Omit<ExpectedFinding, 'object'>;
  },
): Fault {
  return {
    name,
    seed: (lab) => changeConfigMap(lab, map, key, change),
    undo: (lab) => restoreConfigMap(lab, map),
    expect: { ...expect, object: `ConfigMap/kube-system/${map}` },
  };
}

/** The second revision of a release, as Helm stores it, beside a first one that could not be read. */
function helmRelease(name: string, release: string, expect: Omit<ExpectedFinding, 'object'>): Fault {
  const revision = (version: number, status: string, text: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.shop.v${version}`,
      namespace: 'default',
      labels: { owner: 'helm', name: 'shop', status, version: String(version) },
    },
    stringData: { release: text },
  });
  const items = [revision(1, 'superseded', 'broken'), revision(2, 'deployed', release)];
  return {
    name,
    seed: (lab) =>
      kubectl(lab.state, ['apply', '-f', '-'], {
        input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
      }),
    undo: (lab) => kubectl(lab.state, ['delete', 'secret', '-l', 'owner=helm,name=shop']),
    expect: { ...expect, object: 'Helm release default/shop' },
  };
}

/** As helm.sh/helm pkg/storage/driver/util.go, encodeRelease, writes it. */
function helmText(manifest: string): string {
  const release = { name: 'shop', namespace: 'default', version: 2, info: { status: 'deployed' }, manifest };
  return gzipSync(JSON.stringify(release), { level: 9 }).toString('base64');
}

/** Puts a manifest back that was kept, if it was. */
function moveBack(name: string): string {
  return `if [ -e /root/${name}.yaml ]; then mv /root/${name}.yaml /etc/kubernetes/manifests/; fi`;
}

/** Waits until the API server has come back with the API on or off. */
async function served(lab: TestLab, on: boolean): Promise<void> {
  await waitFor(
    `${API} turned ${on ? 'on' : 'off'}`,
    async () => {
      const groups = await kubectl(lab.state, ['get', '--raw', '/apis/scheduling.k8s.io']);
      const ready = await kubectl(lab.state, ['get', '--raw', '/readyz']);
      return groups.includes('v1alpha1') === on && ready === 'ok' ? true : undefined;
    },
    { timeoutMs: 180_000, everyMs: 1000 },
  );
}
