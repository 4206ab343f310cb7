/** Replaces registered secrets in texts, for displays that do not mask by themselves. */
export interface Redactor {
  readonly add: (secret: string) => void;
  readonly apply: (text: string) => string;
}

export function redactor(): Redactor {
  const secrets = new Set<string>();
  return {
    add(secret) {
      for (const line of secret.split(/\r?\n/)) {
        if (line.trim() !== '') secrets.add(line.trim());
      }
    },
    // The longest first: a secret that holds another one would otherwise be left in part.
    apply: (text) =>
      [...secrets]
        .toSorted((a, b) => b.length - a.length)
        .reduce((masked, secret) => masked.replaceAll(secret, '***'), text),
  };
}
