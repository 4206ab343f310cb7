import { describe, expect, test } from 'vitest';
import { judgeSpare } from '../../../src/providers/kubeadm/replace/preflight.ts';
import { joinScript, putJoinFile } from '../../../src/providers/kubeadm/replace/scripts.ts';

describe('a spare', () => {
  test('may be joined where it runs a container runtime and belongs to no cluster', () => {
    expect(judgeSpare('runtime containerd\n', 's1', 'uid')).toEqual([]);
  });

  test.each([
    [
      'joined https://10.0.0.9:6443\nmark \nruntime containerd\n',
      'belongs to a cluster already, at https://10.0.0.9:6443',
    ],
    ['joined https://10.0.0.9:6443\nmark other\nruntime containerd\n', 'belongs to a cluster already'],
    ['\n', 'runs no container runtime'],
  ])('is refused: %j', (stdout, message) => {
    const [first] = judgeSpare(stdout, 's1', 'uid');
    expect(first).toMatchObject({ severity: 'blocking', object: 'Host/s1' });
    expect(first?.message).toContain(message);
  });

  test('that an own join left half-way may be joined again', () => {
    expect(judgeSpare('joined https://10.0.0.9:6443\nmark uid\nruntime containerd\n', 's1', 'uid')).toEqual(
      [],
    );
  });
});

test('the token of a join is in no script that is kept on the host', () => {
  expect(joinScript({ clusterUid: 'uid', version: 'v1.36.3' })).not.toContain('token');
  expect(putJoinFile('token: abc\n')).toContain('umask 077');
});
