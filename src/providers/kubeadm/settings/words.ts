/** Splits as a shell does and as systemd does, without expansions: quotes of both kinds and backslashes. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let begun = false;
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    let char = text[index] ?? '';
    const quoted = quote !== '';
    if (quoted ? char === quote : char === '"' || char === "'") {
      quote = quoted ? '' : char;
      begun = true;
      continue;
    }
    if (!quoted && /\s/.test(char)) {
      if (begun) words.push(word);
      word = '';
      begun = false;
      continue;
    }
    if (char === '\\' && quote !== "'" && index + 1 < text.length) {
      index += 1;
      char = text[index] ?? '';
      // It joins a line with the next one.
      if (char === '\n') continue;
    }
    word += char;
    begun = true;
  }
  if (begun) words.push(word);
  return words;
}
