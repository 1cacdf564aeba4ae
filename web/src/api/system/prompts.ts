import { queryOptions } from '@tanstack/react-query'
import { api, page } from '../client'

/** The prompts of the pipeline, the account's own where it has them. */
export const promptsQuery = queryOptions({
  queryKey: ['prompts'],
  queryFn: async ({ signal }) => (await page(api.GET('/v1/system/prompts/', { params: { query: { page_size: 100 } }, signal }))).results,
})
