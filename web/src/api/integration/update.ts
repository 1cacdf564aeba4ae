import { raw } from '../client'
import type { Integration } from '../types'

export interface IntegrationChange {
  site_url?: string
  username?: string
  app_password?: string
  is_active?: boolean
}

/** Changes an integration; a password that is not given stays. */
export const updateIntegration = async (id: string, change: IntegrationChange) => (await raw<{ data: Integration }>('PATCH', `/v1/integration/integrations/${id}/`, { body: change })).data
