/** One word for sh, whatever is in it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A here-document with a name that the text cannot contain. */
export function hereDocument(text: string): string {
  let name = 'KUBESTAIR_END';
  while (text.includes(name)) name += '_';
  return `<<'${name}'\n${text.endsWith('\n') ? text : `${text}\n`}${name}`;
}
