/**
 * Sets $manager to `apt` or `dnf`: the one that kubelet belongs to, since a host may have both programs; where it is not installed, the
 * one that is there.
 */
export const PACKAGE_MANAGER = `manager=apt
if command -v dnf >/dev/null && { rpm -q kubelet >/dev/null 2>&1 || ! command -v apt-get >/dev/null; }; then manager=dnf; fi
`;

/** Lines of sh for the host's package manager; PACKAGE_MANAGER comes before them. */
export function byManager({ apt, dnf }: { readonly apt: string; readonly dnf: string }): string {
  return `case $manager in
apt)
${apt}
;;
dnf)
${dnf}
;;
esac
`;
}
