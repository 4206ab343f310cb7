import type { DnsPlugin } from './extensions.ts';

interface Token {
  readonly text: string;
  readonly line: number;
}

/**
 * The plugins of a Corefile, in the order of the file, as kubeadm's migration reads it: the first word of a line names a server block,
 * a plugin or an option, by how deep it stands. Source: github.com/coredns/corefile-migration, corefile.New; its lexer is Caddy's.
 */
export function pluginsOf(corefile: string): readonly DnsPlugin[] {
  const plugins: { plugin: string; options: string[] }[] = [];
  const tokens = tokensOf(corefile);
  let depth = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text === '{') depth += 1;
    else if (token.text === '}') depth -= 1;
    else {
      if (depth === 1) plugins.push({ plugin: token.text, options: [] });
      if (depth === 2) plugins.at(-1)?.options.push(token.text);
      // The rest of the line are arguments; a brace at its end opens a block.
      while (tokens[at + 1]?.line === token.line && tokens[at + 1]?.text !== '{') at += 1;
    }
  }
  return plugins;
}

/** Words and quoted texts with their lines; a comment begins where a word would. Source: caddyfile/lexer.go. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const words = /"((?:\\.|[^"\\])*)"|#[^\n]*|[^\s"][^\s]*|\n/g;
  let line = 1;
  for (const match of text.matchAll(words)) {
    const [whole, quoted] = match;
    if (whole === '\n') line += 1;
    else if (quoted !== undefined) {
      tokens.push({ text: quoted, line });
      line += quoted.split('\n').length - 1;
    } else if (!whole.startsWith('#')) tokens.push({ text: whole, line });
  }
  return tokens;
}
