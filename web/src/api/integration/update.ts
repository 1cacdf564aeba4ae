import { api, data } from '../client'
import type { Body } from '../types'

export type IntegrationChange = Body<'update_integration'>

/** Changes an integration; a password that is not given stays. */
export const updateIntegration = (id: string, change: IntegrationChange) =>
  data(api.PATCH('/v1/integration/integrations/{id}/', { params: { path: { id } }, body: change }))
