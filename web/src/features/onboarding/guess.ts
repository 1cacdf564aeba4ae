import type { Industry } from '@/api/types'

const words = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim().split(' ').filter((w) => w.length > 2)
const noise = new Set(['www', 'com', 'net', 'org', 'the', 'and', 'for', 'blog', 'shop', 'site', 'online', 'http', 'https'])

/** Industries whose names, or whose sectors' names, share words with a site's address or name; the best first. */
export function guessIndustries(industries: readonly Industry[], text: string): Industry[] {
  const given = words(text).filter((w) => !noise.has(w))
  const joined = given.join('')
  const score = (industry: Industry) => {
    const own = words(industry.name)
    const parts = industry.sectors.flatMap((s) => words(s.name))
    const hit = (word: string) => given.includes(word) || (word.length > 3 && joined.includes(word.replace(/(ies|s)$/, '')))
    return own.filter(hit).length * 3 + parts.filter(hit).length
  }
  return industries
    .map((industry) => ({ industry, n: score(industry) }))
    .filter((x) => x.n > 0)
    .sort((a, b) => b.n - a.n)
    .map((x) => x.industry)
}

/** A name for a site, from its address: `https://www.green-kitchen.example/` → `Green kitchen`. */
export function nameOf(address: string): string {
  const host = address.trim().replace(/^[a-z]+:\/\//i, '').replace(/^www\./i, '').split(/[/:?#]/)[0] ?? ''
  const label = host.split('.')[0] ?? ''
  const text = label.replaceAll(/[-_]+/g, ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** An address as the API takes it; '' when it is none. */
export function addressOf(text: string): string {
  const given = text.trim()
  if (!given) return ''
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(given) ? given : `https://${given}`)
    return url.hostname.includes('.') || url.hostname === 'localhost' ? url.href.replace(/\/$/, '') : ''
  } catch {
    return ''
  }
}
