import { api, data } from '../client'
import type { Chosen } from '../list'

/** Has ideas made of clusters: jobs, which cost credits. */
export const autoGenerateIdeas = (chosen: Chosen, key: string) => data(api.POST('/v1/planner/clusters/auto_generate_ideas/', { body: chosen, params: { header: { 'Idempotency-Key': key } } }))
