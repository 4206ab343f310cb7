import { apiUses } from '../api-uses.ts';
import { fateOf } from '../fate.ts';
import type { Check } from './check.ts';
import { remedyOf } from './removed-apis.ts';

/** What is used and will be gone some day after the path. */
export const deprecatedApis: Check = {
  id: 'deprecated-apis',
  about: 'Nothing uses an API version that the target still serves and a later release is to remove.',
  severity: 'warning',
  evidence: 'The same as for removed-apis.',
  remedy: 'Move what uses it to the version that replaces it, while both are served.',
  find: ({ observation: { evidence }, hops }) => {
    if (!evidence.known) return [];
    const uses = apiUses(evidence.value).filter(
      ({ entry, by }) => by !== 'own' && fateOf(entry, hops).kind === 'deprecated',
    );
    return uses.map((use) => ({
      severity: 'warning',
      object: use.object,
      message: `${use.how}, which ${use.entry.removedIn} is not to serve any more`,
      remedy: remedyOf(use, hops),
      ...(use.location !== undefined && { location: use.location }),
    }));
  },
};
