/** How a file's language writes a comment. */
export type CommentStyle = '#' | '<!--';

/**
 * Replaces what stands between `begin NAME` and `end NAME`.
 * @throws Error when the text has no such pair of markers
 */
export function between(text: string, name: string, content: string, style: CommentStyle): string {
  const comment = (word: string): string =>
    style === '#' ? `# ${word} ${name}` : `<!-- ${word} ${name} -->`;
  const begin = text.indexOf(comment('begin'));
  const end = text.indexOf(comment('end'));
  if (begin < 0 || end < begin)
    throw new Error(`there are no markers "${comment('begin')}" and "${comment('end')}"`);
  const from = begin + comment('begin').length;
  // The end marker keeps its indentation.
  const to = text.lastIndexOf('\n', end);
  const gap = style === '#' ? '\n' : '\n\n';
  return `${text.slice(0, from)}${gap}${content}${style === '#' ? '' : '\n'}${text.slice(to)}`;
}
