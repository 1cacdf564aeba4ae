import { raw } from '../client'

/** Takes an integration away; what was published stays on the site. */
export const removeIntegration = (id: string) => raw('DELETE', `/v1/integration/integrations/${id}/`)
