import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { Prompt } from '../pending'

/** The prompts of the pipeline, the account's own where it has them. */
export const listPrompts = async (signal?: AbortSignal) => (await raw<{ results?: Prompt[]; data?: Prompt[] }>('GET', '/v1/system/prompts/', { query: { page_size: 100 }, signal }))

export const promptsQuery = queryOptions({
  queryKey: ['prompts'],
  queryFn: async ({ signal }) => {
    const body = await listPrompts(signal)
    return body.results ?? body.data ?? []
  },
})
