/** Figures, times and names as people read them. */

// The first use of Intl loads its data, which takes a page as long as all else that it draws:
// what most pages show is written without it, and tests hold that it reads the same.
const once = <T>(make: () => T) => {
  let made: T | undefined
  return () => (made ??= make())
}
const money = once(() => new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', minimumFractionDigits: 2, maximumFractionDigits: 4 }))
const day = once(() => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }))
const moment = once(() => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }))
const clock = once(() => new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }))

/** "1,234.5": at most three places. */
export const count = (n: number) => {
  const [whole = '', places] = String(Math.round(n * 1000) / 1000).split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (places ? `.${places}` : '')
}

const sizes: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
]

/** "1.2K": at most one place. */
export function compact(n: number): string {
  const size = sizes.find(([s]) => n >= s * 0.99995)
  if (!size) return count(Math.round(n * 10) / 10)
  return count(Math.round(n / (size[0] / 10)) / 10) + size[1]
}

/** The API counts credits in thousandths. */
export const credits = (thousandths: number) => count(Math.round(thousandths / 10) / 100)
export const dollars = (micro: number) => money().format(micro / 1e6)

export const date = (iso: string) => day().format(new Date(iso))
export const dateTime = (iso: string) => moment().format(new Date(iso))
export const time = (iso: string) => clock().format(new Date(iso))

const units: [string, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "3 minutes ago", "in 2 hours"; a date when it is more than a week ago. */
export function since(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000
  if (Math.abs(seconds) > 7 * 86_400) return date(iso)
  for (const [unit, size] of units) {
    const n = Math.trunc(Math.abs(seconds) / size)
    if (n === 0) continue
    if (unit === 'day' && n === 1) return seconds < 0 ? 'yesterday' : 'tomorrow'
    return seconds < 0 ? `${plural(n, unit)} ago` : `in ${plural(n, unit)}`
  }
  return 'just now'
}

/** "2 min 5 s" */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
}

/** "1 keyword", "2 keywords" */
export const plural = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`

/** `in_progress` → `In progress` */
export function title(word: string): string {
  const text = word.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
