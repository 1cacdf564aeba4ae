import { api, data } from '../client'
import type { Body } from '../types'

/** Connects a site to WordPress. The password goes one way: no answer has it. */
export const connect = (body: Body<'create_integration'>) => data(api.POST('/v1/integration/integrations/', { body }))
