import { api, data } from '../client'
import type { Body } from '../types'

/** Tells what the clusters of a sector, or of one cluster, would be: at once when it was computed, else by a job. Costs nothing, but for vectors that have to be bought (get-vector-price). */
export const recluster = (body: Body<'recluster'>, signal?: AbortSignal) => data(api.POST('/v1/planner/clusters/recluster/', { body, signal: signal ?? null }))
