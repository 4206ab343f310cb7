/**
 * Text that comes from clusters, made safe for GitHub Flavored Markdown (https://github.github.com/gfm/): it cannot open
 * HTML, links, images, emphasis, code, table cells, formulas or mentions, and stays on one line.
 */
export function md(text: string): string {
  return oneLine(text)
    .replace(/[\\`[\]<>|~#&]/g, entity)
    .replace(/[*_]/g, '\\$&')
    .replaceAll('$', '<span>$</span>')
    .replaceAll('@', '@&#8203;')
    .replace(/^([-+=]|\d+[.)])/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`);
}

/** A name as code, in a table too: nothing in it is interpreted. */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  if (/^[\w ./:@+=,%()"'-]+$/.test(line)) return `\`${line}\``;
  // A bar ends a table's cell even within backticks, and the rules for backslashes before it differ between renderers.
  return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, entity)}</code>`;
}

/** A code block; its fence is longer than any within. */
export function block(language: string, lines: readonly string[]): string {
  const text = lines.join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A table of cells that are Markdown already. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  headings: 'centred' | 'left' = 'centred',
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => (headings === 'left' ? ':--' : '---'))), ...rows.map(line)].join(
    '\n',
  );
}

/** Folded detail. The title is HTML text of our own, never of a cluster. */
export function details(title: string, body: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

// A character reference is always text: it cannot be part of Markdown's structure.
function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
