/** What one looks at before one stands for an article. */
export interface Check {
  key: string
  label: string
  state: 'good' | 'look' | 'bad'
  text: string
}

export interface Checked {
  title: string
  meta_title: string
  meta_description: string
  primary_keyword: string
  word_count: number
  fault?: string
  images_expected: number
  images: { status: string; alt_text: string }[]
}

const words = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()

/** Whether a text has all words of a keyword, in any form of writing. */
export function mentions(text: string, keyword: string): boolean {
  const there = new Set(words(text).split(' '))
  return words(keyword)
    .split(' ')
    .every((w) => there.has(w) || there.has(`${w}s`))
}

const range = (n: number, low: number, high: number) => n >= low && n <= high

/** Checks of an article; `body` is its HTML, parsed where nothing runs. */
export function checksOf(c: Checked, body: Document): Check[] {
  const h2 = body.querySelectorAll('h2').length
  const links = [...body.querySelectorAll<HTMLAnchorElement>('a[href]')]
  const unsafe = links.filter((a) => !/^(https?:|mailto:|\/|#)/.test(a.getAttribute('href') ?? ''))
  const first = body.querySelector('p')?.textContent ?? ''
  const { images } = c
  const drawn = images.filter((i) => i.status === 'generated').length
  const noAlt = images.filter((i) => i.status === 'generated' && !i.alt_text.trim()).length
  const check = (key: string, label: string, ok: boolean, text: string, otherwise: Check['state'] = 'look'): Check => ({ key, label, state: ok ? 'good' : otherwise, text })
  return [
    ...(c.fault ? [check('fault', 'Last fault', false, c.fault, 'bad')] : []),
    check('words', 'Words', c.word_count >= 300, String(c.word_count)),
    check('headings', 'Headings', h2 >= 2, h2 === 0 ? 'none of the second level' : `${h2} of the second level`),
    check('links', 'Links', unsafe.length === 0, links.length === 0 ? 'none' : unsafe.length > 0 ? `${unsafe.length} of ${links.length} lead nowhere` : String(links.length), 'bad'),
    check('keyword-title', 'Keyword in the title', !c.primary_keyword || mentions(c.title, c.primary_keyword), c.primary_keyword || 'no keyword'),
    check('keyword-first', 'Keyword in the first paragraph', !c.primary_keyword || mentions(first, c.primary_keyword), c.primary_keyword || 'no keyword'),
    check('meta-title', 'Meta title', range(c.meta_title.length, 15, 65), `${c.meta_title.length} characters; 15 to 65 are shown whole`),
    check('meta-description', 'Meta description', range(c.meta_description.length, 50, 165), `${c.meta_description.length} characters; 50 to 165 are shown whole`),
    check('images', 'Images', drawn >= c.images_expected, c.images_expected === 0 && drawn === 0 ? 'none planned' : `${drawn} of ${Math.max(c.images_expected, images.length)} drawn`),
    ...(noAlt > 0 ? [check('alt', 'Alternative texts', false, `${noAlt} missing`)] : []),
  ]
}
