/**
 * Debian packages this machine needs to make the lab's package repositories and images. The second line
 * is what kube-proxy calls: its image gets the machine's own copies.
 */
export const debianPackages: readonly string[] = [
  ...['apt-utils', 'dpkg', 'gnupg'],
  ...['conntrack', 'ipset', 'iptables', 'nftables'],
];

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** This machine's architecture as Debian, Go and image registries name it. */
export function architecture(): string {
  const name = architectures[process.arch];
  if (name === undefined) throw new Error(`the lab runs on amd64 and arm64, not on ${process.arch}`);
  return name;
}
