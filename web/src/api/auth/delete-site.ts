import { api, data } from '../client'

/** Deletes a site; refused while a run is active. */
export const deleteSite = (id: string) => data(api.DELETE('/v1/auth/sites/{id}/', { params: { path: { id } } }))
