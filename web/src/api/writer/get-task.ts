import { raw } from '../client'
import type { Versioned } from '../pending2'
import type { Task } from '../types'

export const getTask = async (site: string, id: string, signal?: AbortSignal) =>
  (await raw<{ data: Task & Versioned }>('GET', `/v1/writer/tasks/${id}/`, { query: { site_id: site }, signal })).data
