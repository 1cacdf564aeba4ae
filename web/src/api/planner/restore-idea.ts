import { raw } from '../client'

/** Brings a deleted one back. */
export const restoreIdea = (site: string, id: string) => raw<unknown>('POST', `/v1/planner/ideas/${id}/restore/`, { query: { site_id: site } })
