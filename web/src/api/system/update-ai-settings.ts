import { api, data } from '../client'
import type { Body } from '../types'

/** Chooses models for all sites that have not chosen their own. */
export const updateAiSettings = (body: Body<'update_ai_settings'>) => data(api.PATCH('/v1/system/settings/ai/', { body }))
