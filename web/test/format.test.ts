import { expect, it } from 'vitest'
import { compact, count, since } from '@/lib/format'

/** Figures of every size, with and without places. */
const figures = [0, 1, 7, 12, 99.5, 100, 999, 999.9, 1000, 1049, 1050, 1234, 9999, 12_345, 99_949, 123_456, 316_600, 999_949, 999_951, 1e6, 1_234_567, 12_345_678, 999_999_999, 1.5e9, 2.25e12]

it('figures read as the platform writes them', () => {
  const number = new Intl.NumberFormat('en-US')
  const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })
  for (const n of [...figures, 0.125, 12.25, 1234.5, 1e6 + 0.001, -5, -1234.25]) expect(count(n)).toBe(number.format(n))
  for (const n of figures) expect(compact(n)).toBe(short.format(n))
})

it('ages read as the platform writes them', () => {
  const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  const now = Date.parse('2026-11-28T12:00:00Z')
  const at = (seconds: number) => since(new Date(now + seconds * 1000).toISOString(), now)
  for (const sign of [-1, 1]) {
    for (const n of [1, 2, 59]) expect(at(sign * n * 60)).toBe(ago.format(sign * n, 'minute'))
    for (const n of [1, 23]) expect(at(sign * (n * 3600 + 5))).toBe(ago.format(sign * n, 'hour'))
    for (const n of [1, 2, 6]) expect(at(sign * (n * 86_400 + 5))).toBe(ago.format(sign * n, 'day'))
    expect(at(sign * 59)).toBe('just now')
  }
  expect(at(-8 * 86_400)).toMatch(/2026/)
})
