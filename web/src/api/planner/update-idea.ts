import { raw } from '../client'
import type { IdeaEdit, Versioned } from '../pending2'
import type { Idea } from '../types'

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateIdea = async (site: string, id: string, body: IdeaEdit, version?: number) =>
  (await raw<{ data: Idea & Versioned }>('PATCH', `/v1/planner/ideas/${id}/`, { query: { site_id: site }, body, headers: version === undefined ? {} : { 'If-Match': `"${version}"` } })).data
