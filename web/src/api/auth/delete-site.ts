import { raw } from '../client'

/** Deletes a site; refused while a run is active. */
export const deleteSite = (id: string) => raw('DELETE', `/v1/auth/sites/${id}/`)
