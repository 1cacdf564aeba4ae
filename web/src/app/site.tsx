import { createContext, use, type ReactNode } from 'react'
import type { Site } from '@/api/types'

const SiteContext = createContext<Site | null>(null)

export const SiteProvider = ({ site, children }: { site: Site; children: ReactNode }) => <SiteContext value={site}>{children}</SiteContext>

/** The name of the site that is shown, on pages of one. */
export const useSiteName = () => use(SiteContext)?.name

/** The site that a page with `perSite` shows. */
export function useSite(): Site {
  const site = use(SiteContext)
  if (!site) throw new Error('useSite is for pages with perSite')
  return site
}
