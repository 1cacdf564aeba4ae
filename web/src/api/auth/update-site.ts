import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

/** Changes a site's name, description or settings. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateSite = (id: string, body: Body<'update_site'>, version?: number) =>
  data(api.PATCH('/v1/auth/sites/{id}/', { params: { path: { id } }, body, headers: ifMatch(version) }))
