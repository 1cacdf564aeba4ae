import { raw } from '../client'
import type { Versioned } from '../pending2'
import type { Idea } from '../types'

export const getIdea = async (site: string, id: string, signal?: AbortSignal) =>
  (await raw<{ data: Idea & Versioned }>('GET', `/v1/planner/ideas/${id}/`, { query: { site_id: site }, signal })).data
