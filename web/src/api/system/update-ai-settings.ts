import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

/** Chooses models for all sites that have not chosen their own; refused when others changed that since that version. */
export const updateAiSettings = (body: Body<'update_ai_settings'>, version?: number) =>
  data(api.PATCH('/v1/system/settings/ai/', { body, headers: ifMatch(version) }))
