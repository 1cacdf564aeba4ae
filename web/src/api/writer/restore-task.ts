import { raw } from '../client'

/** Brings a deleted one back. */
export const restoreTask = (site: string, id: string) => raw<unknown>('POST', `/v1/writer/tasks/${id}/restore/`, { query: { site_id: site } })
