import { api, data } from '../client'

export const listKeywordTags = async (site: string, search: string, signal?: AbortSignal) =>
  (await data(api.GET('/v1/planner/keywords/tags/', { params: { query: { site_id: site, search } }, signal }))).tags
