import { ensureDebianPackages } from '../../lab/packages.ts';

/** Installs what the contract tests start that is not built: a real sshd, and openssl for certificates. */
export async function setup(): Promise<void> {
  await ensureDebianPackages(['openssh-client', 'openssh-server', 'openssl'], console.error);
}
