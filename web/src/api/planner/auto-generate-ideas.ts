import { raw } from '../client'
import type { Chosen } from '../list'
import type { Job } from '../types'

/** Has ideas made of clusters: jobs, which cost credits. */
export const autoGenerateIdeas = async (chosen: Chosen, key: string) => (await raw<{ data: Job[] }>('POST', '/v1/planner/clusters/auto_generate_ideas/', { body: chosen, headers: { 'Idempotency-Key': key } })).data
