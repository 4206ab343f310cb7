import { ensureDebianPackages } from '../../lab/packages.ts';

/** Installs what the contract tests start that is not built: a real sshd, openssl for certificates, and what people read backups with. */
export async function setup(): Promise<void> {
  await ensureDebianPackages(['openssh-client', 'openssh-server', 'openssl', 'zstd', 'jq'], console.error);
}
