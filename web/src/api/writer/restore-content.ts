import { raw } from '../client'

/** Brings a deleted one back. */
export const restoreContent = (site: string, id: string) => raw<unknown>('POST', `/v1/writer/content/${id}/restore/`, { query: { site_id: site } })
