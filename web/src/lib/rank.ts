/** Those of a list in which a text is found, best first: at the beginning, at a word's beginning, inside, or letter by letter in order. */
export function rank<T>(list: readonly T[], text: string, of: (item: T) => string): T[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return [...list]
  return list
    .map((item, i) => ({ item, i, score: score(of(item).toLowerCase(), wanted) }))
    .filter((x) => x.score > 0)
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .map((x) => x.item)
}

function score(text: string, wanted: string): number {
  const at = text.indexOf(wanted)
  if (at === 0) return 4
  if (at > 0) return text[at - 1] === ' ' ? 3 : 2
  let from = 0
  for (const letter of wanted.replaceAll(' ', '')) {
    from = text.indexOf(letter, from) + 1
    if (from === 0) return 0
  }
  return 1
}
