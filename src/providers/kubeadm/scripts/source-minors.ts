import { dnfSource } from './dnf/source.ts';
import { byManager, PACKAGE_MANAGER } from './package-manager.ts';
import { packageSource } from './package-source.ts';

/** Prints `/v1.36/deb` or `/v1.36/rpm` for each minor among the entries of a host's sources that an upgrade would switch. Parameters as for packageSource(). */
export function sourceMinors(configured: string | undefined, apt = '/etc/apt'): string {
  return `${PACKAGE_MANAGER}${byManager({ apt: packageSource(configured, apt), dnf: dnfSource(configured) })}
entry_files | while read -r file; do grep -v '^[[:space:]]*[#;]' "$file" | grep -oE "$entry"; done | grep -oE '/v1\\.[0-9]+/(deb|rpm)' | sort -u || :`;
}
