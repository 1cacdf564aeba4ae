import { raw } from '../client'
import type { ImageEdit, Versioned } from '../pending2'
import type { Image } from '../types'

export const updateImage = async (site: string, id: string, body: ImageEdit, version?: number) =>
  (await raw<{ data: Image & Versioned }>('PATCH', `/v1/writer/images/${id}/`, { query: { site_id: site }, body, headers: version === undefined ? {} : { 'If-Match': `"${version}"` } })).data
