import { api, data } from '../client'
import type { Body } from '../types'

export const updateView = (site: string, id: string, body: Body<'update_view'>) => data(api.PATCH('/v1/system/views/{id}/', { params: { path: { id }, query: { site_id: site } }, body }))
