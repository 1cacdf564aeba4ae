import { api, page } from '../client'
import { filtersOf, type ListReader } from '../list'
import type { Task } from '../types'

export const listTasks: ListReader<Task> = (site, params, n, size, signal) =>
  page(api.GET('/v1/writer/tasks/', { params: { query: { ...filtersOf<'list_tasks'>(params), site_id: site, page: n, page_size: size } }, signal }))
