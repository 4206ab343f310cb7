import path from 'node:path';
import { kubectl } from '../kubectl.ts';
import { kubestair } from '../support/kubestair.ts';
import { storeEnvironment, type TestLab } from '../support/test-lab.ts';
import { changeConfigMap, restoreConfigMap } from './config-map.ts';
import type { Fault } from './fault.ts';
import { asSaid, inFileAsSaid } from './remedies.ts';

const nothing = async (): Promise<void> => {};
const nightly = (duration: string) => ({
  spec: { windows: [{ cron: '0 1 * * *', duration, timezone: 'Asia/Seoul' }] },
});

async function changeCorefile(lab: TestLab, change: (corefile: string) => string): Promise<void> {
  const map = ['-n', 'kube-system', 'configmap', 'coredns'];
  const corefile = await kubectl(lab.state, ['get', ...map, '-o', 'jsonpath={.data.Corefile}']);
  const patch = JSON.stringify({ data: { Corefile: change(corefile) } });
  await kubectl(lab.state, ['patch', ...map, '--type', 'merge', '-p', patch]);
}

/** What is wrong with the cluster file, or with what it asks for. */
export const fileFaults: readonly Fault[] = [
  {
    name: 'a release that the repository lacks',
    file: { version: 'v1.36.99' },
    seed: nothing,
    remedy: inFileAsSaid('Choose a version that the repository has', {}),
    undo: nothing,
    expect: { check: 'package-available', severity: 'blocking', object: 'Node/w1' },
  },
  {
    name: 'a window that is too short for a node',
    file: nightly('1m'),
    seed: nothing,
    remedy: inFileAsSaid('Write a longer window', nightly('5h')),
    undo: nothing,
    expect: { check: 'windows', severity: 'blocking', object: 'spec.windows' },
  },
  {
    name: 'a freeze that leaves no window',
    file: { spec: { freeze: [{ from: '2020-01-01', to: '2099-12-31', reason: 'sold' }] } },
    seed: nothing,
    remedy: inFileAsSaid('Let the freeze end earlier', {}),
    undo: nothing,
    expect: { check: 'windows', severity: 'blocking', object: 'spec.freeze' },
  },
  {
    name: 'an acceptance that has run out',
    file: {
      spec: { accept: [{ check: 'swap', object: 'Node/w1', reason: 'was so', until: '2020-01-01' }] },
    },
    seed: nothing,
    remedy: inFileAsSaid('take the old acceptance out', {}),
    undo: nothing,
    expect: { check: 'acceptances', severity: 'warning', object: 'swap of Node/w1' },
  },
  {
    name: 'a backup that everybody can read',
    file: { encryptTo: [] },
    seed: nothing,
    remedy: inFileAsSaid('name its recipient in spec.backup.encryptTo', {}),
    undo: nothing,
    expect: { check: 'backup-encrypted', severity: 'warning', object: /^s3:\/\// },
  },
  {
    name: 'a bound that the plan does not keep to',
    file: { spec: { policy: { maxAbsence: '1s' } } },
    seed: nothing,
    remedy: inFileAsSaid('raise the bound', { spec: { policy: { maxAbsence: '1h' } } }),
    undo: nothing,
    expect: { check: 'disruption-policy', severity: 'blocking', object: 'spec.policy.maxAbsence' },
  },
  {
    name: 'a store without a recent backup',
    file: { spec: { policy: { maxBackupAge: '24h' } } },
    seed: nothing,
    remedy: async (lab, { remedy }) => {
      if (!remedy.includes('kubestair backup')) throw new Error(remedy);
      const file = path.join(lab.dir, 'clusters/test.yaml');
      const { code } = await kubestair(['backup', '-f', file], storeEnvironment(lab.access));
      if (code !== 0) throw new Error(`the backup ended with ${code}`);
      return undefined;
    },
    undo: nothing,
    expect: { check: 'backup-age', severity: 'blocking', object: 'Backups of cluster test' },
  },
  {
    name: 'a Corefile that kubeadm cannot migrate',
    seed: (lab) =>
      changeCorefile(lab, (corefile) => corefile.replace('    errors', '    errors\n    federation')),
    remedy: asSaid('kubectl -n kube-system edit configmap coredns', (lab) =>
      changeCorefile(lab, (corefile) => corefile.replace('\n    federation', '')),
    ),
    undo: (lab) => changeCorefile(lab, (corefile) => corefile.replace('\n    federation', '')),
    expect: { check: 'coredns', severity: 'blocking', object: 'ConfigMap/kube-system/coredns' },
  },
  {
    name: 'a record of kubeadm without a version',
    seed: (lab) =>
      changeConfigMap(lab, 'kubeadm-config', 'ClusterConfiguration', (configuration) => {
        configuration.kubernetesVersion = 'newest';
      }),
    remedy: asSaid('', (lab) => restoreConfigMap(lab, 'kubeadm-config')),
    undo: (lab) => restoreConfigMap(lab, 'kubeadm-config'),
    expect: { check: 'kubeadm-rules', severity: 'unknown', object: 'ConfigMap/kube-system/kubeadm-config' },
  },
];
