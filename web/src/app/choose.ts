import type { Site } from '@/api/types'

/** The site to show: the address's, else the last one looked at, else the first. */
export function chooseSite(sites: readonly Site[], wanted: string | null, last: string): Site | undefined {
  if (wanted) return sites.find((s) => s.id === wanted)
  return sites.find((s) => s.id === last) ?? sites.find((s) => s.is_active) ?? sites[0]
}
