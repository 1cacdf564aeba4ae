import { api, data } from '../client'

/** Takes an integration away; what was published stays on the site. */
export const removeIntegration = (id: string) => data(api.DELETE('/v1/integration/integrations/{id}/', { params: { path: { id } } }))
