import { api, data } from '../client'

/** Gives the site these sectors of an industry. */
export const setSectors = (id: string, industry: string, sectors: string[]) =>
  data(api.PUT('/v1/auth/sites/{id}/sectors/', { params: { path: { id } }, body: { industry, sectors } }))
