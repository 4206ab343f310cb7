import { expect, test } from 'vitest';
import { secretsOf } from '../../../src/request/secrets.ts';

const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nshort\n-----END RSA PRIVATE KEY-----\n';
const kubeconfig = `
apiVersion: v1
kind: Config
current-context: prod
clusters:
  - name: prod
    cluster: { server: https://api.prod.example.com:6443 }
users:
  - name: admin-of-prod
    user:
      token: s3cret-token-value
      client-key-data: ${Buffer.from(pem).toString('base64')}
      exec:
        command: aws-iam-authenticator
        args: [token, --cluster-id, prod-cluster]
        env: [{ name: AUTH_PASSPHRASE_X, value: open-sesame-123 }]
`;

test('every line of a key is a secret of its own', () => {
  const secrets = secretsOf({ sshPrivateKey: pem });
  expect(secrets).toContain('MIIEpAIBAAKCAQEA');
  expect(secrets).not.toContain('short');
});

test('credentials of a kubeconfig are secrets, also the lines of a key in base64', () => {
  const secrets = secretsOf({ kubeconfig });
  expect(secrets).toContain('s3cret-token-value');
  expect(secrets).toContain('MIIEpAIBAAKCAQEA');
  expect(secrets).toContain(Buffer.from(pem).toString('base64'));
  expect(secrets).toContain('open-sesame-123');
});

test('names and addresses of a kubeconfig are no secrets, since outputs would be dropped for them', () => {
  const secrets = secretsOf({ kubeconfig }).join('\n');
  for (const name of [
    'prod.example.com',
    'admin-of-prod',
    'aws-iam-authenticator',
    'prod-cluster',
    'apiVersion',
  ]) {
    expect(secrets).not.toContain(name);
  }
});

test('a kubeconfig that cannot be read is a secret as a whole', () => {
  expect(secretsOf({ kubeconfig: 'users: [\n  token: abcdefghijk\n' })).toContain('token: abcdefghijk');
});

test('host keys are public', () => {
  expect(secretsOf({ sshKnownHosts: '10.0.0.1 ssh-ed25519 AAAAC3Nza' })).toEqual([]);
});
