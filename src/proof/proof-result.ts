import type { Proof } from '../backup/manifest.ts';
import type { VersionText } from '../cluster/observation.ts';
import { asKubestairError, type ErrorCode } from '../errors.ts';
import { count } from '../report/units.ts';
import type { TallyReport } from './tally.ts';

/** What is known of a proof before it is made. */
export interface ProofFrame {
  readonly kind: Proof['kind'];
  readonly by: string;
  readonly where?: string;
  readonly version?: VersionText;
  readonly startedAt: Date;
}

/** Trouble on the way to a proof, which says nothing of the backup. */
const SAYS_NOTHING: ReadonlySet<ErrorCode> = new Set([
  'SCRATCH_UNAVAILABLE',
  'HOST_UNREACHABLE',
  'HOST_AUTH',
  'HOST_KEY_CHANGED',
  'HOST_KEY_UNKNOWN',
  'HOST_SUDO',
  'KUBE_UNREACHABLE',
  'STORE_UNREACHABLE',
  'STORE_REFUSED',
  'STORE_FAILED',
  'IDENTITY_MISSING',
  'IDENTITY_WRONG',
  'BACKUP_WITHOUT_ETCD',
]);

const NAMED_IN_DETAIL = 3;

/** A proof that came to its end. */
export function madeProof(frame: ProofFrame, report: TallyReport, now: Date): Proof {
  const { objects, exceptions, differences, examples } = report;
  const failed = differences > 0;
  return {
    ...head(frame, now),
    result: failed ? 'failed' : 'passed',
    detail: failed ? failure(frame, report) : success(frame, report),
    objects,
    ...(exceptions.length > 0 && { exceptions }),
    ...(failed && { differences, examples, ...blame(frame.kind) }),
  };
}

/** A proof that something ended. */
export function endedProof(frame: ProofFrame, thrown: unknown, now: Date): Proof {
  const { code, message, object, next } = asKubestairError(thrown);
  // An API server of the next version that does not come up on the snapshot is what a rehearsal is to find out.
  const refused = frame.kind === 'rehearsal' && code === 'SCRATCH_FAILED';
  return {
    ...head(frame, now),
    result: SAYS_NOTHING.has(code) ? 'not-made' : 'failed',
    detail: object === undefined || message.includes(object) ? message : `${object}: ${message}`,
    code: refused ? 'REHEARSAL_FAILED' : code,
    ...(next !== undefined && { next }),
  };
}

function head({ startedAt, ...frame }: ProofFrame, now: Date): Omit<Proof, 'result' | 'detail'> {
  const seconds = Math.round((now.getTime() - startedAt.getTime()) / 100) / 10;
  return { ...frame, at: now.toISOString(), seconds };
}

function success({ kind, version }: ProofFrame, { objects, exceptions }: TallyReport): string {
  const aside = exceptions.length === 0 ? '' : `; ${count(exceptions.length, 'exception')} with a reason`;
  const many = count(objects, 'object');
  switch (kind) {
    case 'checksums':
      return `${count(objects, 'part')} read back from the store as they were written${aside}`;
    case 'cross-proof':
      return `${many}, each at the revision that its key has in the snapshot, none missing on either side${aside}`;
    case 'drill':
      return `${many} came back from the restored snapshot through kube-apiserver ${version}, byte for byte as they were exported${aside}`;
    case 'rehearsal':
      return `${many} decode and list in kube-apiserver ${version} with all their fields, and what was written back passed${aside}`;
  }
}

function failure({ kind, version }: ProofFrame, { differences, examples }: TallyReport): string {
  const named = examples.slice(0, NAMED_IN_DETAIL).map(({ object, finding }) => `${object} ${finding}`);
  const more = differences > named.length ? `; and ${differences - named.length} more` : '';
  const list = `${named.join('; ')}${more}`;
  switch (kind) {
    case 'checksums':
    case 'cross-proof':
    case 'drill':
      return list;
    case 'rehearsal':
      return `kube-apiserver ${version} does not take what is there: ${list}`;
  }
}

function blame(kind: Proof['kind']): Pick<Proof, 'code' | 'next'> {
  if (kind === 'checksums') {
    return {
      code: 'STORE_CORRUPT',
      next: 'Take another backup, and look at the disks and the access log of the store.',
    };
  }
  if (kind !== 'rehearsal') {
    return {
      code: 'BACKUP_UNPROVEN',
      next: 'Take another backup. If it happens again, report it with the manifest: an export that differs from its snapshot is a defect.',
    };
  }
  return {
    code: 'REHEARSAL_FAILED',
    next: 'Change or delete the objects that are named, or move them to an API that the next version serves; then run the command again. `spec.backup.prove: drill` leaves the rehearsal out.',
  };
}
