import { raw } from '../client'
import type { Site } from '../types'

/** Gives the site these sectors of an industry. */
export const setSectors = async (id: string, industry: string, sectors: string[]) => (await raw<{ data: Site }>('PUT', `/v1/auth/sites/${id}/sectors/`, { body: { industry, sectors } })).data
