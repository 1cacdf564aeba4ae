import { raw } from '../client'
import type { Gone } from '../pending2'

export const deleteContent = async (site: string, id: string) => (await raw<{ data: Gone }>('DELETE', `/v1/writer/content/${id}/`, { query: { site_id: site } })).data
