import { type Known, known, unknown } from '../../cluster/known.ts';
import type { NodeObservation, VersionText } from '../../cluster/observation.ts';
import { compareVersions, type MinorText } from '../../cluster/version.ts';
import { asKubestairError } from '../../errors.ts';
import type { Offered } from '../../plan/targets.ts';
import type { Host } from '../../ports/host.ts';
import { byName } from './hop-state.ts';
import { type Offers, offersScript, parseOffers, releasesIn } from './scripts/offers.ts';

export interface TargetsInput {
  readonly hostOf: (node: NodeObservation) => Host;
  /** Package repository that the cluster file names. */
  readonly repository: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Releases whose kubeadm and kubelet the package repository offers, as the first control-plane host sees it that answers. Which hosts
 * can really have what the plan chooses is looked at on each of them, in the preflight.
 */
export async function offeredReleases(
  minors: readonly MinorText[],
  nodes: readonly NodeObservation[],
  { hostOf, repository, signal }: TargetsInput,
): Promise<Offered> {
  const script = offersScript(minors, repository);
  let reason = 'there is no control-plane node';
  for (const node of nodes.filter(({ role }) => role === 'control-plane').toSorted(byName)) {
    try {
      const { stdout } = await hostOf(node).run(script, { sudo: true, signal, timeoutSeconds: 300 });
      const offers = parseOffers(stdout);
      return new Map(minors.map((minor) => [minor, releasesOf(offers, minor, node.name)]));
    } catch (thrown) {
      signal?.throwIfAborted();
      reason = asKubestairError(thrown).message;
    }
  }
  return new Map(minors.map((minor) => [minor, unknown(reason)]));
}

function releasesOf(
  { manager, minors }: Offers,
  minor: MinorText,
  node: string,
): Known<readonly VersionText[]> {
  const offer = minors.get(minor);
  if (offer === undefined) return unknown(`${node} has neither apt nor dnf`);
  if (offer.error !== '') return unknown(`${manager} on ${node} says: ${offer.error}`);
  const kubelets = new Set(releasesIn(offer.packages, 'kubelet'));
  const both = new Set(releasesIn(offer.packages, 'kubeadm').filter((version) => kubelets.has(version)));
  return known([...both].toSorted(compareVersions));
}
