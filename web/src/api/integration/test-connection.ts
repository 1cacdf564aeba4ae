import { api, data } from '../client'

/** Tries an integration out and tells what is there and what is missing. */
export const testConnection = (id: string) => data(api.POST('/v1/integration/integrations/{id}/test_connection/', { params: { path: { id } } }))
