/**
 * What ssh runs on a host: a shell that reads the script from standard input, so that nothing of it shows in a process list.
 * The outer shell speaks POSIX whatever the user's login shell is, and keeps 255 for ssh's own trouble.
 */
export function remoteCommand(sudo: boolean): string {
  const shell = sudo ? 'if [ "$(id -u)" = 0 ]; then sh -s; else sudo -n sh -s; fi' : 'sh -s';
  return `sh -c '${shell}; c=$?; if [ $c = 255 ]; then exit 254; fi; exit $c'`;
}

/**
 * A script as it goes to the shell's standard input. The group is parsed to its end before anything runs, so half a script,
 * sent over a connection that broke, does nothing; and no command of it reads the rest of the script as its own input.
 */
export function framed(script: string): string {
  return `{\n${script}\n} </dev/null\n`;
}
