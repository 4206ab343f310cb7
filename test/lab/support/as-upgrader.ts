import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { kubectl } from '../kubectl.ts';
import type { TestLab } from './test-lab.ts';

/** The lab as somebody sees it who has no more than the published rights. */
export async function asUpgrader(lab: TestLab): Promise<TestLab> {
  const run = (...args: readonly string[]) => kubectl(lab.state, args);
  const account = '--serviceaccount=kube-system:upgrader';
  await run('apply', '-f', 'docs/rbac.yaml');
  await run('create', 'serviceaccount', 'upgrader', '-n', 'kube-system');
  await run('create', 'clusterrolebinding', 'upgrader', '--clusterrole=kubestair-upgrade', account);
  await run('create', 'rolebinding', 'upgrader', '-n', 'kube-system', '--role=kubestair-upgrade', account);
  const token = (await run('create', 'token', 'upgrader', '-n', 'kube-system', '--duration=2h')).trim();
  const admin = parse(await readFile(lab.access.kubeconfig, 'utf8')) as {
    readonly users: readonly { readonly name: string }[];
  };
  const users = admin.users.map(({ name }) => ({ name, user: { token } }));
  const kubeconfig = path.join(lab.dir, 'upgrader.kubeconfig');
  await writeFile(kubeconfig, stringify({ ...admin, users }), { mode: 0o600 });
  return { ...lab, access: { ...lab.access, kubeconfig } };
}

/** Requests, as `--verbose` tells of them, that the API server denied each time; one that has just started denies what it allows later. */
export function deniedRequests(log: string): readonly string[] {
  const asked = [...log.matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (\S+) (\d{3}) in \d+ ms/g)].map(
    ([, method, path = '', status = '']) => ({ request: `${method} ${path.split('?')[0]}`, status }),
  );
  const allowed = new Set(asked.filter(({ status }) => status < '300').map(({ request }) => request));
  const denied = asked.filter(({ request, status }) => status === '403' && !allowed.has(request));
  return [...new Set(denied.map(({ request }) => request))];
}
