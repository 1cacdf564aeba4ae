import { raw } from '../client'
import type { Versioned } from '../pending2'
import type { ContentFull } from './get-content'

/** Moves a draft to review, with the pictures that it has. */
export const toReview = async (site: string, id: string) => (await raw<{ data: ContentFull & Versioned }>('POST', `/v1/writer/content/${id}/to_review/`, { query: { site_id: site } })).data
