import { api, data } from '../client'
import type { Body } from '../types'

/** Changes a site's name, description or settings. */
export const updateSite = (id: string, body: Body<'update_site'>) => data(api.PATCH('/v1/auth/sites/{id}/', { params: { path: { id } }, body }))
