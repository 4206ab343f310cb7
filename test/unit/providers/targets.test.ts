import { expect, test } from 'vitest';
import { known } from '../../../src/cluster/known.ts';
import { KubestairError } from '../../../src/errors.ts';
import type { Host } from '../../../src/ports/host.ts';
import { offeredReleases } from '../../../src/providers/kubeadm/targets.ts';
import { controlPlane, worker } from '../plan/sample.ts';
import { localHost } from './local-host.ts';

const NODES = [worker('w1', 'v1.35.4'), controlPlane('cp2', 'v1.35.4'), controlPlane('cp1', 'v1.35.4')];

test('releases are those whose kubeadm and kubelet the host’s own repository offers', async () => {
  const host = localHost('cp1');
  host.write('etc/apt/sources.list.d/kubernetes.list', 'deb http://apt.example/k8s/v1.35/deb/ /\n');
  host.command('apt-helper', 'exit 1');
  host.command(
    'apt-get',
    'for each; do case "$each" in *sourcelist=*) cat "$(echo "$each" | cut -d= -f2)" >>"$CALLS" ;; esac; done',
  );
  host.command(
    'apt-cache',
    `case "$*" in
  *madison*)
    echo "   kubeadm | 1.36.3-1.1 | http://apt.example/k8s/v1.36/deb  Packages"
    echo "   kubeadm | 1.36.10-1.1 | http://apt.example/k8s/v1.36/deb  Packages"
    echo "   kubeadm | 1.36.11-1.1 | http://apt.example/k8s/v1.36/deb  Packages"
    echo "   kubelet | 1.36.10-2.1 | http://apt.example/k8s/v1.36/deb  Packages"
    echo "   kubelet | 1.36.3-1.1 | http://apt.example/k8s/v1.36/deb  Packages" ;;
esac`,
  );
  const offered = await offeredReleases(['1.36'], NODES, { hostOf: () => host, repository: undefined });
  expect(offered.get('1.36')).toEqual(known(['v1.36.3', 'v1.36.10']));
  expect(host.calls()).toEqual([
    expect.stringMatching(/^deb \[signed-by=\S+\] http:\/\/apt\.example\/k8s\/v1\.36\/deb\/ \/$/),
  ]);
});

test('the next control plane is asked where one does not answer, and no worker ever', async () => {
  const asked: string[] = [];
  const hostOf = ({ name }: { readonly name: string }): Host => ({
    ...localHost(name),
    run: async () => {
      asked.push(name);
      if (name === 'cp1') throw new KubestairError('HOST_UNREACHABLE', 'no answer');
      return { exitCode: 0, stdout: 'minor 1.36\nerror E: 404\n', stderr: '' };
    },
  });
  const offered = await offeredReleases(['1.36'], NODES, { hostOf, repository: undefined });
  expect(asked).toEqual(['cp1', 'cp2']);
  expect(offered.get('1.36')).toEqual({ known: false, reason: 'apt on cp2 says: E: 404' });
});
