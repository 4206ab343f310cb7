import { KubestairError } from '../../errors.ts';
import { type Comparison, countOf } from './compare.ts';

/** As API servers say it (k8s.io/apiserver, storage/value/transformer.go and value/encrypt/identity). */
const NO_KEY =
  /unable to transform key|no matching (key|prefix)|identity transformer tried to read encrypted data/;

/** What a comparison with the export shows to be wrong with a restore whose steps all succeeded; undefined where nothing is. */
export function problemOf(comparison: Comparison | undefined): KubestairError | undefined {
  if (comparison === undefined) return undefined;
  const sealed = comparison.skipped.find(({ reason }) => NO_KEY.test(reason));
  if (sealed !== undefined) {
    return new KubestairError(
      'ENCRYPTION_KEYS',
      `the API server cannot read ${sealed.resource}: it has no key that they are encrypted with (${sealed.reason})`,
      {
        object: sealed.resource,
        next: 'Put the EncryptionConfiguration of the time of the backup in its place on every control plane (--encryption-provider-config), and restart the API servers.',
      },
    );
  }
  const strange = countOf(comparison, 'unexplained');
  if (strange === 0) return undefined;
  return new KubestairError(
    'RESTORE_DIFFERS',
    `${strange} objects are neither as the export nor as the snapshot can have them`,
    {
      next: 'Look at the objects that the comparison names before you rely on the cluster, and look for an older backup.',
    },
  );
}
