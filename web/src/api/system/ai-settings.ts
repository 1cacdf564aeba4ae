import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** The models that the account chose for its sites. */
export const aiSettings = () => data(api.GET('/v1/system/settings/ai/'))

export const aiSettingsQuery = queryOptions({ queryKey: ['ai-settings'], queryFn: aiSettings })
