/** Types of the API by the names of its operations, which are stable; shapes come from schema.d.ts. */
import type { operations } from './schema'

type Operations = operations
export type Operation = keyof Operations

type Json<R> = R extends { content: { 'application/json': infer B } } ? B : never
type Good<Op extends Operation> = {
  [S in keyof Operations[Op]['responses']]: S extends 200 | 201 | 202 ? Json<Operations[Op]['responses'][S]> : never
}[keyof Operations[Op]['responses']]

/** What an operation answers with in `data`. */
export type Data<Op extends Operation> = Good<Op> extends { data: infer D } ? D : never
/** A record of a list. */
export type Item<Op extends Operation> = Good<Op> extends { results: (infer I)[] | null } ? I : never
/** The body that an operation takes. */
export type Body<Op extends Operation> = Operations[Op] extends { requestBody?: { content: { 'application/json': infer B } } } ? B : never
/** The query that an operation takes. */
export type Query<Op extends Operation> = NonNullable<Operations[Op]['parameters']['query']>

/** One page of a list. */
export interface Page<T> {
  results: T[]
  count: number
}

export type Site = Item<'list_sites'>
export type Integration = Item<'list_integrations'>
export type Industry = Item<'list_industries'>
export type Run = Data<'run_detail'>
export type Keyword = Item<'list_keywords'>
export type Cluster = Item<'list_clusters'>
export type Member = Item<'list_cluster_keywords'>
export type Reclustering = NonNullable<Data<'recluster'>['result']>
export type ClusterChange = Item<'list_recluster_changes'>
export type Applied = Data<'apply_reclustering'>
export type ClusterMap = Data<'get_cluster_map'>
export type Dot = NonNullable<Data<'get_cluster_map_keywords'>>[number]
export type Idea = Item<'list_ideas'>
export type Task = Item<'list_tasks'>
export type Content = Item<'list_content'>
export type Image = Item<'list_images'>
export type Job = Data<'get_job'>
export type Prompt = Item<'list_prompts'>
export type Transaction = Item<'credit_transactions'>
export type UsageSummary = Data<'credit_usage'>
export type Overview = Data<'account_overview'>
export type Need = Overview['needs'][number]
export type AccountEvent = Item<'list_events'>

/** One page of what happened. */
export interface EventPage {
  results: AccountEvent[]
  next_cursor: string
}
