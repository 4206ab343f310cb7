import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type MemberRestore,
  prepareScript,
  swapScript,
  uploadedScript,
  uploadScript,
} from '../../../../src/providers/kubeadm/restore/scripts/etcd-data.ts';
import { KEYS_NAME, putBackKeysScript } from '../../../../src/providers/kubeadm/restore/scripts/keys.ts';
import { memberFacts } from './samples.ts';

/** A host's files in a directory, and its scripts run through the real sh. */
function host() {
  const root = mkdtempSync(path.join(tmpdir(), 'restore-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const inside = (file: string) => path.join(root, file);
  const { uid, gid } = userInfo();
  const write = (file: string, text: string, mode = 0o644) => {
    mkdirSync(path.dirname(inside(file)), { recursive: true });
    writeFileSync(inside(file), text, { mode });
  };
  // What etcdutl does as far as the scripts can see: a member directory, from a file that is there.
  write(
    'etcdutl',
    `#!/bin/sh
echo "$*" >>${inside('calls')}
while [ $# -gt 0 ]; do
  case "$1" in restore) cat "$2" >/dev/null || exit 1; from=$2 ;; --data-dir) mkdir -p "$2/member"; cp "$from" "$2/member/db" ;; esac
  shift
done
`,
    0o755,
  );
  const member = memberFacts('cp1', {
    dataDir: inside('var/lib/etcd'),
    owner: `${uid}:${gid}`,
    etcdutl: { kind: 'file', path: inside('etcdutl') },
  });
  const restore: MemberRestore = {
    restoreId: 'r1',
    bump: '1000000000',
    initialCluster: 'cp1=https://cp1.example:2380',
    revision: '1000004712',
    member,
    unfinished: 'r1 b1 1000000000',
  };
  const run = (script: string, { input = '', etcd = '' } = {}): number => {
    const own = `pids_of() { echo ${etcd}; }\n${script}`.replaceAll(
      '/var/lib/kubestair',
      inside('var/lib/kubestair'),
    );
    try {
      execFileSync('sh', ['-euc', own.replace('echo ; }', ':; }')], { input, stdio: 'pipe' });
      return 0;
    } catch (thrown) {
      return (thrown as { readonly status: number }).status;
    }
  };
  return {
    restore,
    run,
    write,
    read: (file: string) => readFileSync(inside(file), 'utf8'),
    has: (file: string) => existsSync(inside(file)),
    mode: (file: string) => (statSync(inside(file)).mode & 0o777).toString(8),
    list: (file: string) => readdirSync(inside(file)),
    remove: (file: string) => rmSync(inside(file), { recursive: true, force: true }),
  };
}

const content = 'the snapshot';
const sha256 = createHash('sha256').update(content).digest('hex');
const kept = 'var/lib/etcd.kubestair/r1/old/member';

function prepared() {
  const on = host();
  expect(on.run(uploadScript(on.restore, 'snapshot.db', sha256), { input: content })).toBe(0);
  expect(on.run(prepareScript(on.restore))).toBe(0);
  return on;
}

describe('bringing the snapshot to a host', () => {
  it('keeps what is whole, for root alone, and says which restore it belongs to', () => {
    const on = host();
    expect(on.run(uploadedScript('r1', 'snapshot.db', sha256))).not.toBe(0);
    expect(on.run(uploadScript(on.restore, 'snapshot.db', sha256), { input: content })).toBe(0);
    expect(on.run(uploadedScript('r1', 'snapshot.db', sha256))).toBe(0);
    expect(on.mode('var/lib/kubestair/restore/r1/snapshot.db')).toBe('600');
    expect(on.read('var/lib/kubestair/restore/unfinished')).toBe('r1 b1 1000000000\n');
  });

  it.each(['', 'the snap', 'another snapshot'])('refuses %j', (input) => {
    const on = host();
    expect(on.run(uploadScript(on.restore, 'snapshot.db', sha256), { input })).not.toBe(0);
    expect(on.has('var/lib/kubestair/restore/r1/snapshot.db')).toBe(false);
    expect(on.run(uploadedScript('r1', 'snapshot.db', sha256))).not.toBe(0);
  });
});

describe('making the new data', () => {
  it('leaves the old alone, and needs the snapshot no more', () => {
    const on = host();
    on.write('var/lib/etcd/member/db', 'old');
    on.run(uploadScript(on.restore, 'snapshot.db', sha256), { input: content });
    expect(on.run(prepareScript(on.restore))).toBe(0);
    expect(on.read('var/lib/etcd/member/db')).toBe('old');
    expect(on.read('var/lib/etcd.kubestair/r1/new/member/db')).toBe(content);
    expect(on.has('var/lib/kubestair/restore/r1/snapshot.db')).toBe(false);
    expect(on.mode('var/lib/etcd.kubestair/r1')).toBe('700');
    expect(on.run(uploadedScript('r1', 'snapshot.db', sha256))).toBe(0);
  });

  it('begins anew after it was cut off', () => {
    const on = host();
    on.run(uploadScript(on.restore, 'snapshot.db', sha256), { input: content });
    on.write('var/lib/etcd.kubestair/r1/new/member/half', 'half');
    expect(on.run(prepareScript(on.restore))).toBe(0);
    expect(on.list('var/lib/etcd.kubestair/r1/new/member')).toEqual(['db']);
  });

  it('fails without a snapshot', () => {
    const on = host();
    expect(on.run(prepareScript(on.restore))).not.toBe(0);
    expect(on.has('var/lib/kubestair/restore/r1/prepared')).toBe(false);
  });
});

describe('swapping the data', () => {
  it('keeps the old data', () => {
    const on = prepared();
    on.write('var/lib/etcd/member/db', 'old');
    expect(on.run(swapScript(on.restore))).toBe(0);
    expect(on.read('var/lib/etcd/member/db')).toBe(content);
    expect(on.read(`${kept}/db`)).toBe('old');
    expect(on.mode('var/lib/etcd')).toBe('700');
    expect(on.read('var/lib/kubestair/restore/revision')).toBe('1000004712\n');
    expect(on.has('var/lib/kubestair/restore/r1/swapped')).toBe(true);
  });

  it('works where the data is gone', () => {
    const on = prepared();
    expect(on.run(swapScript(on.restore))).toBe(0);
    expect(on.read('var/lib/etcd/member/db')).toBe(content);
    expect(on.mode('var/lib/etcd')).toBe('700');
  });

  it('does nothing while etcd runs', () => {
    const on = prepared();
    on.write('var/lib/etcd/member/db', 'old');
    expect(on.run(swapScript(on.restore), { etcd: '4711' })).not.toBe(0);
    expect(on.read('var/lib/etcd/member/db')).toBe('old');
  });

  it('goes on after it was cut off between its two renames', () => {
    const on = prepared();
    on.write(`${kept}/db`, 'old');
    expect(on.run(swapScript(on.restore))).toBe(0);
    expect(on.read('var/lib/etcd/member/db')).toBe(content);
    expect(on.read(`${kept}/db`)).toBe('old');
  });

  it('goes on after it was cut off before its mark', () => {
    const on = prepared();
    on.write('var/lib/etcd/member/db', 'old');
    on.run(swapScript(on.restore));
    on.remove('var/lib/kubestair/restore/r1/swapped');
    expect(on.run(swapScript(on.restore))).toBe(0);
    expect(on.read('var/lib/etcd/member/db')).toBe(content);
    expect(on.read(`${kept}/db`)).toBe('old');
  });

  it('keeps what an etcd made that was started in between, beside the old data', () => {
    const on = prepared();
    on.write(`${kept}/db`, 'old');
    on.write('var/lib/etcd/member/db', 'made in between');
    expect(on.run(swapScript(on.restore))).toBe(0);
    expect(on.read('var/lib/etcd/member/db')).toBe(content);
    expect(on.read(`${kept}/db`)).toBe('old');
    expect(on.list('var/lib/etcd.kubestair/r1/old')).toHaveLength(2);
  });
});

describe('putting keys of encryption at rest back', () => {
  it('keeps the other file, its mode for the one of the backup, and does it once', () => {
    const on = host();
    const file = on.restore.member.dataDir.replace('var/lib/etcd', 'etc/enc.yaml');
    on.write('etc/enc.yaml', 'now', 0o640);
    on.write(`var/lib/kubestair/restore/r1/${KEYS_NAME}`, 'then', 0o600);
    expect(on.run(putBackKeysScript('r1', file))).toBe(0);
    expect(on.run(putBackKeysScript('r1', file))).toBe(0);
    expect(on.read('etc/enc.yaml')).toBe('then');
    expect(on.mode('etc/enc.yaml')).toBe('640');
    expect(on.read(`var/lib/kubestair/restore/r1/before/${KEYS_NAME}`)).toBe('now');
  });

  it('works where the file is missing', () => {
    const on = host();
    const file = on.restore.member.dataDir.replace('var/lib/etcd', 'etc/keys/enc.yaml');
    on.write(`var/lib/kubestair/restore/r1/${KEYS_NAME}`, 'then', 0o600);
    expect(on.run(putBackKeysScript('r1', file))).toBe(0);
    expect(on.read('etc/keys/enc.yaml')).toBe('then');
    expect(on.mode('etc/keys/enc.yaml')).toBe('600');
  });
});
