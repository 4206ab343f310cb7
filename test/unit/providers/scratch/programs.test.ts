import { describe, expect, it } from 'vitest';
import { bringProgram } from '../../../../src/providers/kubeadm/scratch/programs.ts';
import { placesOf } from '../../../../src/providers/kubeadm/scratch/scripts.ts';
import { type LocalHost, localHost } from '../local-host.ts';

const signal = new AbortController().signal;
const places = placesOf('id-1');

const pod = (component: string, image: string) =>
  `spec: { containers: [{ name: ${component}, image: "${image}", command: [${component}] }] }`;

interface Setting {
  readonly server?: string;
  readonly etcd?: string;
  /** What a program in an image prints when it is asked for its version. */
  readonly prints?: string;
}

/** A host whose manifests name images, all of which are there. */
function hostWith({ server, etcd, prints = 'Kubernetes v1.36.3' }: Setting): LocalHost {
  const host = localHost('cp1');
  host.command(
    'ctr',
    `echo "ctr $*" >>"$CALLS"
case "$*" in
*" ls "*) echo there ;;
*unmount*) for last; do :; done; rm -rf "$last"/* ;;
*" mount "*)
  for last; do :; done
  mkdir -p "$last/usr/local/bin"
  for name in etcd etcdutl kube-apiserver; do
    printf '#!/bin/sh\\necho ${prints}\\n' >"$last/usr/local/bin/$name"
    chmod 755 "$last/usr/local/bin/$name"
  done ;;
esac`,
  );
  host.command(
    'kubeadm',
    `echo "kubeadm $*" >>"$CALLS"
case "$1" in version) echo v1.35.4 ;; *) echo registry/pause:3; echo registry/etcd:3.6.6-0 ;; esac`,
  );
  const manifests: Readonly<Record<string, string | undefined>> = { 'kube-apiserver': server, etcd };
  return {
    ...host,
    async run(script, options) {
      const asked = /^cat \S+\/(\S+)\.yaml /.exec(script)?.[1];
      if (asked === undefined) {
        // No etcd or API server of this machine is the host's.
        const own = script.replace('pids_of() {', 'pids_of() {\n  return 0');
        return host.run(`export PATH=$PATH\n${own}`, options);
      }
      return { exitCode: 0, stdout: manifests[asked] ?? '', stderr: '' };
    },
  };
}

const server = pod('kube-apiserver', 'mirror.example/k8s/kube-apiserver:v1.35.4');
const images = (host: LocalHost) =>
  host.calls().flatMap((call) => / images mount (\S+) /.exec(call)?.[1] ?? []);

describe('programs of a scratch control plane on a host', () => {
  it('come out of the image that its static pod runs, with the tag of the version', async () => {
    const host = hostWith({ server });
    const file = await bringProgram(host, places, 'kube-apiserver', 'v1.36.3', signal);
    expect(file).toBe('/var/lib/kubestair/scratch/id-1/programs/v1.36.3/kube-apiserver');
    expect(host.read(file.slice(1))).toContain('Kubernetes v1.36.3');
    expect(images(host)).toEqual(['mirror.example/k8s/kube-apiserver:v1.36.3']);
    expect(host.calls().at(-1)).toContain('unmount --rm');
  });

  it('are refused when the image holds another version', async () => {
    const host = hostWith({ server, prints: 'Kubernetes v1.36.30' });
    await expect(bringProgram(host, places, 'kube-apiserver', 'v1.36.3', signal)).rejects.toMatchObject({
      code: 'SCRATCH_UNAVAILABLE',
      message: expect.stringContaining('another version: Kubernetes v1.36.30'),
      next: expect.stringContaining('mirror.example/k8s/kube-apiserver:v1.36.3'),
    });
  });

  it('are those of the etcd that the static pod runs', async () => {
    const host = hostWith({ server, etcd: pod('etcd', 'mirror.example/k8s/etcd:3.6.8-0') });
    await bringProgram(host, places, 'etcdutl', undefined, signal);
    expect(images(host)).toEqual(['mirror.example/k8s/etcd:3.6.8-0']);
  });

  it('are those of the etcd that kubeadm would run where etcd is external', async () => {
    const host = hostWith({ server });
    await bringProgram(host, places, 'etcd', undefined, signal);
    expect(host.calls()).toContain(
      'kubeadm config images list --kubernetes-version v1.35.4 --image-repository mirror.example/k8s',
    );
    expect(images(host)).toEqual(['registry/etcd:3.6.6-0']);
  });

  it('cannot be had where nothing names an image', async () => {
    const host = hostWith({});
    await expect(bringProgram(host, places, 'kube-apiserver', 'v1.36.3', signal)).rejects.toMatchObject({
      code: 'SCRATCH_UNAVAILABLE',
    });
  });
});
