import { quote } from '../../scripts/shell.ts';
import type { MemberFacts } from '../facts.ts';
import { dataWorkDirectory, LAST_REVISION, restoreDirectory, UNFINISHED } from '../places.ts';

/** A member and the restore that it is part of. */
export interface MemberRestore {
  readonly restoreId: string;
  /** Amount that the revision goes up by, as decimal text. */
  readonly bump: string;
  /** `name=peer URL` of every member, as --initial-cluster takes it. */
  readonly initialCluster: string;
  /** Revision that nothing written before the restore comes near, as decimal text. */
  readonly revision: string;
  readonly member: MemberFacts;
  /** The line that says which restore the host is in. */
  readonly unfinished: string;
}

/** Keeps the stream that it is fed, if it is the right one. */
export function uploadScript(
  { restoreId, unfinished }: Pick<MemberRestore, 'restoreId' | 'unfinished'>,
  name: string,
  sha256: string,
): string {
  const file = `${restoreDirectory(restoreId)}/${name}`;
  return `set -eu
umask 077
mkdir -p ${restoreDirectory(restoreId)}
echo ${quote(unfinished)} >${UNFINISHED}
cat >${file}.part
echo '${sha256}  ${file}.part' | sha256sum --check --quiet
sync ${file}.part
mv ${file}.part ${file}`;
}

/** Succeeds when the host holds the file. */
export function uploadedScript(restoreId: string, name: string, sha256: string): string {
  const file = `${restoreDirectory(restoreId)}/${name}`;
  return `[ -e ${restoreDirectory(restoreId)}/prepared ] || echo '${sha256}  ${file}' | sha256sum --check --status`;
}

/**
 * Makes the new data beside the old, while etcd still runs: whatever may go wrong with that goes wrong before anything is stopped.
 * Every member restores the same file with the same new cluster token. The revision is bumped, and what was before marked as
 * compacted, since informers would hang on to stale caches (etcd-io/etcd#16028, kubernetes/kubernetes#118501).
 */
export function prepareScript({ restoreId, bump, initialCluster, member }: MemberRestore): string {
  const directory = restoreDirectory(restoreId);
  const work = dataWorkDirectory(member.dataDir, member.isMountPoint, restoreId);
  return `work=${quote(work)}
mkdir -p -m 700 "$(dirname "$work")" "$work"
rm -rf "$work/new"
${etcdutlOf(member)}"$work/etcdutl" snapshot restore ${directory}/snapshot.db \\
  --data-dir "$work/new" \\
  --name ${quote(member.name)} \\
  --initial-advertise-peer-urls ${quote(member.peerUrls.join(','))} \\
  --initial-cluster ${quote(initialCluster)} \\
  --initial-cluster-token kubestair-${restoreId} \\
  --bump-revision ${bump} --mark-compacted
chown -R ${member.owner} "$work/new"
rm "$work/etcdutl" ${directory}/snapshot.db
sync -f "$work/new"
touch ${directory}/prepared`;
}

/** The new data takes the place of the old, which is kept. Nothing happens while etcd runs. */
export function swapScript({ restoreId, revision, member }: MemberRestore): string {
  const directory = restoreDirectory(restoreId);
  const work = dataWorkDirectory(member.dataDir, member.isMountPoint, restoreId);
  const data = quote(member.dataDir);
  return `work=${quote(work)}
data=${data}
if [ -n "$(pids_of etcd)" ]; then echo "error: etcd runs again; stop what started it" >&2; exit 1; fi
mkdir -p -m 700 "$work/old"
if [ ! -e "$data" ]; then mkdir "$data"; chown ${member.owner} "$data"; fi
chmod 700 "$data"
if [ -e "$work/new/member" ]; then
  if [ -e "$data/member" ]; then
    kept="$work/old/member"
    if [ -e "$kept" ]; then kept="$kept.$(date +%s)"; fi
    mv "$data/member" "$kept"
    echo "the old data is in $kept"
  fi
  mv "$work/new/member" "$data/member"
fi
rm -rf "$work/new"
echo ${revision} >${LAST_REVISION}
sync -f "$data"
touch ${directory}/swapped`;
}

function etcdutlOf({ runs, etcdutl }: MemberFacts): string {
  switch (etcdutl?.kind) {
    case 'image': {
      const image = runs.kind === 'static-pod' ? quote(runs.image) : '';
      const ctr = `ctr --address ${quote(etcdutl.socket)} -n k8s.io images`;
      return `if [ -z "$(${ctr} ls -q name==${image})" ]; then
  if command -v crictl >/dev/null; then crictl --runtime-endpoint unix://${etcdutl.socket} pull ${image}; else ${ctr} pull --hosts-dir /etc/containerd/certs.d ${image} >/dev/null; fi
fi
image=$(mktemp -d)
${ctr} mount ${image} "$image" >/dev/null
cp "$image/usr/local/bin/etcdutl" "$work/etcdutl"
${ctr} unmount --rm "$image" >/dev/null
rmdir "$image"
`;
    }
    case 'process':
      return `cp "/proc/$(pids_of etcd | head -n 1)/root/usr/local/bin/etcdutl" "$work/etcdutl"
`;
    case 'file':
      return `cp ${quote(etcdutl.path)} "$work/etcdutl"
`;
    case undefined:
      return 'echo "error: no etcdutl on this host" >&2; exit 1\n';
  }
}
