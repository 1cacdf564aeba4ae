import { queryOptions } from '@tanstack/react-query'
import { api, everything, page } from '../client'

/** The integrations of a site. */
export const listIntegrations = (siteId: string) => everything((n) => page(api.GET('/v1/integration/integrations/', { params: { query: { page: n, page_size: 100, site_id: siteId } } })))

export const integrationsQuery = (siteId: string) => queryOptions({ queryKey: ['integrations', siteId], queryFn: () => listIntegrations(siteId) })
