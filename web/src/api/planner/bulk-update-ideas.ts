import { api, data } from '../client'
import type { Chosen } from '../list'
import type { Body } from '../types'

/** Changes up to 500 alike, all or none. */
export const bulkUpdateIdeas = (chosen: Chosen, set: Body<'bulk_update_ideas'>['set']) => data(api.POST('/v1/planner/ideas/bulk_update/', { body: { ...chosen, set } }))
