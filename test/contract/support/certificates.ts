import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const openssl = promisify(execFile);

export interface Certificates {
  readonly files: Readonly<Record<'ca' | 'serverCert' | 'serverKey', string>>;
  /** PEM texts of a client that the authority vouches for. */
  readonly client: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** An authority, a server certificate for the names given, and a client certificate. */
export async function makeCertificates(
  directory: string,
  serverNames: readonly string[],
): Promise<Certificates> {
  const at = (name: string): string => join(directory, name);
  await openssl('openssl', [...request('/CN=contract-ca', at('ca.key'), at('ca.crt')), '-x509']);
  await issue('server', `subjectAltName=${serverNames.join(',')}`);
  await issue('client', 'extendedKeyUsage=clientAuth');
  return {
    files: { ca: at('ca.crt'), serverCert: at('server.crt'), serverKey: at('server.key') },
    client: {
      ca: await readFile(at('ca.crt'), 'utf8'),
      cert: await readFile(at('client.crt'), 'utf8'),
      key: await readFile(at('client.key'), 'utf8'),
    },
  };

  async function issue(name: string, extension: string): Promise<void> {
    const args = request(`/CN=${name}`, at(`${name}.key`), at(`${name}.crt`));
    await openssl('openssl', [...args, '-addext', extension, '-CA', at('ca.crt'), '-CAkey', at('ca.key')]);
  }
}

function request(subject: string, key: string, certificate: string): readonly string[] {
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  return ['req', ...algorithm, '-days', '2', '-subj', subject, '-keyout', key, '-out', certificate];
}
