import type { RunIo } from '../request/io.ts';

/** Who started this run, for whoever meets its lock or reads its journal: a workflow run, or a user of a machine. */
export function whoRuns(env: RunIo['env']): string {
  const { GITHUB_ACTOR, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env;
  if (GITHUB_ACTOR && GITHUB_RUN_ID)
    return `${GITHUB_ACTOR} (${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID})`;
  const user = env.SUDO_USER || env.USER || env.LOGNAME || 'an unknown user';
  return env.HOSTNAME ? `${user} on ${env.HOSTNAME}` : user;
}
