import { raw } from '../client'
import type { ContentEdit, Versioned } from '../pending2'
import type { ContentFull } from './get-content'

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateContent = async (site: string, id: string, body: ContentEdit, version?: number) =>
  (await raw<{ data: ContentFull & Versioned }>('PATCH', `/v1/writer/content/${id}/`, { query: { site_id: site }, body, headers: version === undefined ? {} : { 'If-Match': `"${version}"` } })).data
