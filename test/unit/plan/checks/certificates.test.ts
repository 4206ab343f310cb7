import { expect, test } from 'vitest';
import { NOW } from '../sample.ts';
import { findings, found, planes, withFacts } from './judge.ts';

const inDays = (days: number) => new Date(NOW.getTime() + days * 24 * 3600 * 1000).toISOString();
const certificate = (path: string, days: number, authority = false) => ({
  path,
  expiresAt: inDays(days),
  authority,
});

const API = '/etc/kubernetes/pki/apiserver.crt';
const ETCD = '/etc/kubernetes/pki/etcd/server.crt';
const CLIENT = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const SERVING = '/var/lib/kubelet/pki/kubelet.crt';
const CA = '/etc/kubernetes/pki/ca.crt';

test.each([
  ['the upgrade renews it', certificate(API, 20), undefined],
  ['the upgrade might come too late', certificate(API, 3), 'warning'],
  ['over', certificate(API, -1), 'blocking'],
  ['over at this moment', certificate('/etc/kubernetes/admin.conf', 0), 'blocking'],
  ["etcd's, in time", certificate(ETCD, 31), undefined],
  ["etcd's, which may not be renewed", certificate(ETCD, 20), 'warning'],
  ['the kubelet rotates it in time', certificate(CLIENT, 20), undefined],
  ['the kubelet has not rotated it', certificate(CLIENT, 3), 'warning'],
  ['signed by the kubelet itself', certificate(SERVING, 20), 'warning'],
  ['an authority for years', certificate(CA, 2000, true), undefined],
  ['an authority for months', certificate(CA, 100, true), 'warning'],
  ['an authority that is over', certificate(CA, -3, true), 'blocking'],
])('%s', (_name, one, severity) => {
  const expected = severity === undefined ? [] : [`${severity} Node/cp1: ${one.path}`];
  expect(found('certificates', { observation: planes({ certificates: [one] }) })).toEqual(expected);
});

test('a file without a certificate is unknown', () => {
  const observation = planes({ certificates: [{ path: API, authority: false }] });
  expect(found('certificates', { observation })).toEqual([`unknown Node/cp1: ${API}`]);
});

test('an authority is told of control planes alone', () => {
  const observation = withFacts({ certificates: [certificate(CA, 3, true)] });
  expect(found('certificates', { observation })).toEqual([]);
});

test('says which day, and what to do', () => {
  const observation = planes({ certificates: [certificate(ETCD, 2)] });
  const [finding] = findings('certificates', { observation });
  expect(finding?.message).toBe('expires on 2026-11-23, and an upgrade renews it only where it changes etcd');
  expect(finding?.remedy).toContain('kubeadm certs renew etcd-server');
});
