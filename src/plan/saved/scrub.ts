/** Replaced by this, wherever a secret stood. */
const GONE = '[removed]';

/** What credentials look like, whatever they are called. */
const credentials: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]+/gi,
  // A bootstrap token of kubeadm.
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g,
];

/** A name that says that a secret follows, and what follows. */
const named =
  /\b((?:[\w-]*(?:password|passwd|passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|certificate[-_]key|credentials?))\b["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&"']+)/gi;
const flagged =
  /(--[\w-]*(?:password|secret|token|api-?key|access-?key|certificate-key)[\w-]*\s+)([^\s-][^\s]*)/gi;
const authorization = /\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)?\s*)([^\s"',;]+)/gi;
const inUrl = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)([^\s/@]+)(@)/gi;

/**
 * Text from hosts and clusters without what looks like a credential. It removes rather too much: the result is for people, and may
 * be attached to an issue.
 */
export function scrub(text: string): string {
  const known = credentials.reduce((left, pattern) => left.replaceAll(pattern, GONE), text);
  return known
    .replaceAll(inUrl, `$1${GONE}$3`)
    .replaceAll(authorization, `$1${GONE}`)
    .replaceAll(flagged, `$1${GONE}`)
    .replaceAll(named, (whole, name: string, value: string) =>
      isNoSecret(value) ? whole : `${name}${GONE}`,
    );
}

// "token: false", or the path of a file that holds one.
function isNoSecret(value: string): boolean {
  return /^["']?(?:true|false|null|none|\d{1,3}|\/[\w./-]+)["']?$/.test(value) || value === GONE;
}
