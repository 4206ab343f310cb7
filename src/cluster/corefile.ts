import { isIP } from 'node:net';

/** A plugin of a server block of a Corefile, with the names of what is set in its own block. */
export interface CorefilePlugin {
  readonly name: string;
  readonly options: readonly string[];
}

interface Token {
  readonly text: string;
  /** Where it begins. */
  readonly line: number;
}

/**
 * The plugins of every server block of a Corefile, as kubeadm's migration reads it: a word is a name, what follows on its line belongs to
 * it, and the depth of braces says what it is the name of. Addresses in a `hosts` block are left out: they are nobody's business.
 * Source: github.com/coredns/corefile-migration/migration/corefile, New, and github.com/coredns/caddy/caddyfile, lexer.go and
 * dispenser.go.
 */
export function corefilePlugins(text: string): readonly CorefilePlugin[] {
  const plugins: { name: string; options: string[] }[] = [];
  const tokens = tokensOf(text);
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const word = tokens[at]?.text ?? '';
    if (word === '{') depth += 1;
    else if (word === '}') depth -= 1;
    else {
      if (depth === 1) plugins.push({ name: word, options: [] });
      if (depth === 2 && isIP(word) === 0) plugins.at(-1)?.options.push(word);
      while (isArgument(tokens[at], tokens[at + 1])) at += 1;
    }
  }
  return plugins;
}

function isArgument(before: Token | undefined, token: Token | undefined): boolean {
  if (before === undefined || token === undefined || token.text === '{') return false;
  return before.line + before.text.split('\n').length - 1 === token.line;
}

/** Words apart by white space; quotes keep white space together, and `#` hides the rest of its line, within a word the rest of that. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  const pattern = /"((?:\\[\s\S]|[^"\\])*)"?|#[^\n]*|([^\s"#][^\s#]*)(?:#\S*)?|\s/g;
  for (const [whole, quoted, word] of text.matchAll(pattern)) {
    if (quoted !== undefined) tokens.push({ text: quoted.replaceAll('\\"', '"'), line });
    else if (word !== undefined) tokens.push({ text: word, line });
    line += whole.split('\n').length - 1;
  }
  return tokens;
}
