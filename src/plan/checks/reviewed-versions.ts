import { minorOf } from '../../cluster/version.ts';
import { apisReviewed, REVIEWED, settingsReviewed } from '../../tables/reviewed.ts';
import type { Check } from './check.ts';

/** What a minor removed is tabled for some of them; of the others it is unknown. */
export const reviewedVersions: Check = {
  id: 'reviewed-versions',
  about: `Kubestair knows what the targets removed: its tables were made for Kubernetes ${REVIEWED.minors.join(', ')} on ${REVIEWED.on}.`,
  severity: 'unknown',
  evidence: 'The tables of Kubestair itself.',
  remedy: 'Use a newer Kubestair, or read the release notes of the version and accept the finding.',
  find: ({ hops }) =>
    hops.flatMap(({ to }) => {
      const apis = apisReviewed(to) ? [] : ['API versions'];
      const settings = settingsReviewed(to) ? [] : ['flags, feature gates and admission plug-ins'];
      const missing = [...apis, ...settings];
      if (missing.length === 0) return [];
      return [
        {
          severity: 'unknown',
          object: `Kubernetes ${minorOf(to)}`,
          message: `removed ${missing.join(', ')} that Kubestair does not know of: its tables go from ${REVIEWED.minors[0]} to ${REVIEWED.newest}`,
          remedy: 'Use a newer Kubestair, or read the urgent upgrade notes of that release and accept this.',
        },
      ];
    }),
};
