/**
 * Function of sh: whether dnf says that the host has to be restarted. Without its plugin dnf ends with the same exit code as for a yes.
 * Source: dnf-plugins-core 4.3, needs_restarting.py.
 */
export const NEEDS_RESTARTING = `needs_restarting() {
  [ "$manager" = dnf ] || return 1
  dnf -q needs-restarting --help >/dev/null 2>&1 || return 1
  dnf -q needs-restarting -r >/dev/null 2>&1 && return 1
  [ $? -eq 1 ]
}
`;
