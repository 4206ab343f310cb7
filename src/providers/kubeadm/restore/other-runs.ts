import type { Finding } from '../../../plan/plan.ts';
import type { HostFacts, Unfinished } from './facts.ts';
import type { SurveyedHost } from './steps.ts';

/** Another restore that hosts are in the middle of. */
export function checkUnfinished(restore: Unfinished, hosts: readonly SurveyedHost[]): readonly Finding[] {
  return hosts.flatMap(({ host, facts }): readonly Finding[] => {
    if (facts.unfinished === undefined || facts.unfinished.restoreId === restore.restoreId) return [];
    return [
      {
        check: 'restore-unfinished',
        severity: 'warning',
        object: `Node/${host.name}`,
        message: `it is in the middle of a restore of ${facts.unfinished.backupId}, which this one takes the place of`,
        remedy: `To go on with that one instead: --from ${facts.unfinished.backupId}.`,
      },
    ];
  });
}

/** What an earlier run started on a host may still be at work there. @param own units of this restore, which it finds again */
export function checkBusy(own: ReadonlySet<string>, hosts: readonly SurveyedHost[]): readonly Finding[] {
  const busy = ({ facts }: { readonly facts: HostFacts }) => facts.units.filter((unit) => !own.has(unit));
  return hosts.flatMap((surveyed): readonly Finding[] =>
    busy(surveyed).map((unit) => ({
      check: 'restore-busy',
      severity: 'blocking',
      object: `Node/${surveyed.host.name}`,
      message: `a step of another run still works there (${unit}.service)`,
      remedy: `Wait until it is through: journalctl -f -u ${unit} on ${surveyed.host.name}.`,
    })),
  );
}
