/** Comparing as people type: without accents, capitals and repeated spaces. */

/** One folded letter for each letter of the text, so that positions stay. */
export function fold(text: string): string {
  return [...text.normalize('NFC')].map(foldLetter).join('');
}

function foldLetter(letter: string): string {
  const lower = letter.toLowerCase();
  if (lower === 'đ') return 'd';
  return lower.normalize('NFD').charAt(0) || letter;
}

/** One line out of what was pasted. */
export function oneLine(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** The lines that say something. */
export function linesOfText(text: string): string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim());
}

/** The text cut at the beginnings of words that were typed: `[plain, matched, plain, …]`. */
export function cutAtMatches(text: string, typed: string): string[] {
  const plain = text.normalize('NFC');
  const folded = fold(plain);
  const isMatched = new Array<boolean>(folded.length).fill(false);
  const phrase = fold(oneLine(typed));
  // Word by word only where the whole is not found; a lone letter would then be bold everywhere.
  const words = phrase.split(/[ ,]+/).filter((word) => word.length > 1 || /\d/.test(word));
  for (const word of phrase && folded.includes(phrase) ? [phrase] : words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      const isWordStart = at === 0 || /[^\p{L}\p{N}]/u.test(folded[at - 1] ?? '');
      if (isWordStart) isMatched.fill(true, at, at + word.length);
    }
  }
  const pieces: string[] = [''];
  for (let at = 0; at < plain.length; at += 1) {
    const isOdd = pieces.length % 2 === 0;
    if (isMatched[at] !== isOdd) pieces.push('');
    pieces.push((pieces.pop() ?? '') + plain.charAt(at));
  }
  return pieces;
}
