import { raw } from '../client'
import type { Versioned } from '../pending2'
import type { ContentFull } from './get-content'

/** Sends a content in review, or an approved one, back to the drafts, with a reason. */
export const rejectContent = async (site: string, id: string, reason: string) =>
  (await raw<{ data: ContentFull & Versioned }>('POST', `/v1/writer/content/${id}/reject/`, { query: { site_id: site }, body: { reason } })).data
