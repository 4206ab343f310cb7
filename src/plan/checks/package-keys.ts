import type { NodeObservation, VersionText } from '../../cluster/observation.ts';
import { minorOf } from '../../cluster/version.ts';
import type { Check } from './check.ts';
import { perHost } from './per-host.ts';

const DAY = 24 * 3600 * 1000;
const SOON_DAYS = 14;

/** The upgrade fetches the key anew where the repository offers one; everything else that runs apt on the host does not. */
export const packageKeys: Check = {
  id: 'package-keys',
  about: 'The keys that apt checks the packages of Kubernetes with have not expired.',
  severity: 'warning',
  evidence: 'The keyrings that the sources of those packages name, on each host, and the date.',
  remedy: 'Fetch the Release.key of the repository anew.',
  find: ({ observation, now }) =>
    perHost(observation, (facts, { name, host, kubelet }) =>
      facts.packageKeys.flatMap(({ path, id, expiresAt }) => {
        if (expiresAt === undefined) return [];
        const days = (Date.parse(expiresAt) - now.getTime()) / DAY;
        if (days >= SOON_DAYS) return [];
        const day = expiresAt.slice(0, 10);
        return [
          {
            severity: 'warning',
            object: `Node/${name}: ${path}`,
            message:
              days <= 0
                ? `its key ${id} expired on ${day}: apt on the host refuses the repository until the upgrade fetches a newer one`
                : `its key ${id} expires on ${day}`,
            remedy: `On ${name}: curl -fsSL ${releaseKeyOf(host, kubelet)} | gpg --dearmor --yes -o ${path}`,
          },
        ];
      }),
    ),
};

/** Where the key of a host's own repository is, as its package source writes it. */
function releaseKeyOf(host: NodeObservation['host'], kubelet: VersionText): string {
  const base = host.known ? host.value.repository : '';
  return base === ''
    ? 'REPOSITORY/Release.key'
    : `${base.replace(/\/+$/, '')}/v${minorOf(kubelet)}/deb/Release.key`;
}
