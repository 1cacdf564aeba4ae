import { api, data } from '../client'

/** Takes back the last change of a site's keywords. */
export const undoKeywords = (site: string, version: number) => data(api.POST('/v1/planner/keywords/undo/', { body: { site_id: site, version } }))
