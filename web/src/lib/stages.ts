import type { Run } from '@/api/types'

/** A stage of the work. */
export interface Stage {
  stage: number
  name: string
  /** What a job of it works on. */
  one: string
  many: string
  /** The list where what it works on is. */
  path: string
  /** The list where its results are. */
  to: string
}

/** The seven stages of the work, by number. */
export const stages: readonly Stage[] = [
  { stage: 1, name: 'Keywords → Clusters', one: 'batch', many: 'batches', path: '/planner/keywords', to: '/planner/clusters' },
  { stage: 2, name: 'Clusters → Ideas', one: 'cluster', many: 'clusters', path: '/planner/clusters', to: '/planner/ideas' },
  { stage: 3, name: 'Ideas → Tasks', one: 'idea', many: 'ideas', path: '/planner/ideas', to: '/writer/tasks' },
  { stage: 4, name: 'Tasks → Content', one: 'task', many: 'tasks', path: '/writer/tasks', to: '/writer/content' },
  { stage: 5, name: 'Content → Image prompts', one: 'article', many: 'articles', path: '/writer/content', to: '/writer/images' },
  { stage: 6, name: 'Image prompts → Images', one: 'image', many: 'images', path: '/writer/images', to: '/writer/images' },
  { stage: 7, name: 'Review → Published', one: 'article', many: 'articles', path: '/writer/review', to: '/writer/review' },
]

/** The name of a stage by its number; empty for work of no stage. */
export const stageName = (n: number | undefined) => stages.find((s) => s.stage === n)?.name ?? (n ? `Stage ${n}` : '')

export type StageResult = NonNullable<Run['stage_1_result']>

/** The results of the seven stages; one that was not reached has nothing in it. */
export const resultsOf = (run: Run): StageResult[] =>
  [run.stage_1_result, run.stage_2_result, run.stage_3_result, run.stage_4_result, run.stage_5_result, run.stage_6_result, run.stage_7_result].map(
    (r, i) => r ?? { stage: i + 1, name: '', closed: false, counts: {}, processed: 0, failed: 0, credits_used: 0, cost_micro_usd: 0 },
  )

/** Words for the counts that stages leave, for one and for many, in the order to show them. */
const countWords: [string, string, string?][] = [
  ['keywords_processed', 'keyword', 'keywords'],
  ['clusters_created', 'cluster made', 'clusters made'],
  ['keywords_skipped', 'keyword left: a sector needs five', 'keywords left: a sector needs five'],
  ['ideas_created', 'idea made', 'ideas made'],
  ['tasks_created', 'task made', 'tasks made'],
  ['content_created', 'article written', 'articles written'],
  ['total_words', 'word', 'words'],
  ['prompts_created', 'prompt written', 'prompts written'],
  ['images_generated', 'image drawn', 'images drawn'],
  ['content_moved_to_review', 'article to review', 'articles to review'],
  ['ready_for_review', 'in review'],
  ['content_published', 'published'],
  ['publish_failed', 'not published'],
]

/** What a stage has made, in words. */
export const madeOf = (counts: Record<string, number>): { key: string; n: number; words: string }[] =>
  countWords.flatMap(([key, one, many = one]) => {
    const n = counts[key] ?? 0
    // What has been published was in review before.
    if (n === 0 || (key === 'ready_for_review' && n === counts.content_published)) return []
    return [{ key, n, words: n === 1 ? one : many }]
  })
