/**
 * What ssh runs on a host: a shell that reads the script from standard input, so that nothing of it shows in a process list.
 * The outer shell speaks POSIX whatever the user's login shell is, and keeps 255 for ssh's own trouble.
 */
export function remoteCommand(sudo: boolean): string {
  const shell = sudo ? 'if [ "$(id -u)" = 0 ]; then sh -s; else sudo -n sh -s; fi' : 'sh -s';
  return `sh -c '${shell}; c=$?; if [ $c = 255 ]; then exit 254; fi; exit $c'`;
}

/**
 * Runs a script whose standard input is somebody's data. It comes as base64, in which no shell finds anything to expand.
 */
export function remoteReader(script: string, sudo: boolean): string {
  const shell = sudo ? 'if [ "$(id -u)" = 0 ]; then sh -c "$s"; else sudo -n sh -c "$s"; fi' : 'sh -c "$s"';
  const encoded = Buffer.from(script).toString('base64');
  return `sh -c 's=$(echo ${encoded} | base64 -d); ${shell}; c=$?; if [ $c = 255 ]; then exit 254; fi; exit $c'`;
}

/**
 * A script as it goes to the shell's standard input. The group is parsed to its end before anything runs, so half a script,
 * sent over a connection that broke, does nothing; and no command of it reads the rest of the script as its own input.
 */
export function framed(script: string): string {
  return `{\n${script}\n} </dev/null\n`;
}
