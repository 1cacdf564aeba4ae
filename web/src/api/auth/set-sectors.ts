import { api, data } from '../client'
import { ifMatch } from '../list'

/** Gives the site these sectors of an industry; refused when others changed the site since that version. */
export const setSectors = (id: string, industry: string, sectors: string[], version?: number) =>
  data(api.PUT('/v1/auth/sites/{id}/sectors/', { params: { path: { id } }, body: { industry, sectors }, headers: ifMatch(version) }))
