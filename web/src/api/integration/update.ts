import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

export type IntegrationChange = Body<'update_integration'>

/** Changes an integration; a password that is not given stays. Refused when others changed it since that version. */
export const updateIntegration = (id: string, change: IntegrationChange, version?: number) =>
  data(api.PATCH('/v1/integration/integrations/{id}/', { params: { path: { id } }, body: change, headers: ifMatch(version) }))
