import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { ensurePart } from '../parts/parts.ts';
import { releaseOf } from '../parts/releases.ts';
import { labPaths } from '../paths.ts';
import { onHost } from '../ssh.ts';
import type { LabState } from '../state.ts';

/** Writes 40 MB to the etcd of cp1 and forgets nearly all of it again, as a cluster does over weeks. */
export async function fragmentEtcd(state: LabState): Promise<void> {
  const { etcd: version } = releaseOf(state.version);
  const part = await ensurePart({ name: 'etcd', version }, (line) => console.error(line));
  const bin = path.join(labPaths(state.name).volume, 'live/cp1/usr/local/bin/etcdctl');
  await copyFile(path.join(part, 'etcdctl'), bin);
  await onHost(
    state,
    'cp1',
    `
    cd /etc/kubernetes/pki/etcd
    ctl() {
      etcdctl --endpoints=https://127.0.0.1:2379 --cacert=ca.crt --cert=server.crt --key=server.key "$@"
    }
    head -c 1000000 /dev/zero | tr '\\0' x >/tmp/value
    for number in $(seq 40); do ctl put /lab/value </tmp/value >/dev/null; done
    ctl del /lab/value >/dev/null
    revision=$(ctl endpoint status -w json | grep -o '"revision":[0-9]*' | head -n 1 | cut -d : -f 2)
    ctl compact "$revision" --physical >/dev/null
    ctl put /lab/tick x >/dev/null
    ctl del /lab/tick >/dev/null
  `,
  );
}
