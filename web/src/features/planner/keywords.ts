import { listKeywords } from '@/api/planner/list-keywords'
import type { Keyword } from '@/api/types'
import type { GridColumn } from '@/components/grid/columns'
import type { FilterField } from '@/components/grid/filters'
import { badge, statusLook, statusText } from '@/components/grid/look'
import type { ListSpec } from '@/components/grid/useList'
import type { Tone } from '@/components/ui/badge'
import { compact, count, date, title } from '@/lib/format'
import type { ListDefaults } from '@/lib/listState'

export const intents = ['informational', 'navigational', 'commercial', 'transactional', 'local'].map((value) => ({ value, label: title(value) }))
export const sources = ['Keyword Planner', 'Ahrefs', 'Semrush', 'Moz', 'Search Console', 'manual']

const intentTones: Record<string, Tone> = { transactional: 'good', commercial: 'good', navigational: 'warn', informational: 'info', local: 'info' }

/** Searches a month: a figure, a range, or a dash when nobody says. */
export function volumeText(k: Pick<Keyword, 'volume' | 'volume_low' | 'volume_high'>): string {
  if (k.volume !== null) return count(k.volume)
  if (k.volume_low !== undefined || k.volume_high !== undefined) return `${compact(k.volume_low ?? 0)} – ${k.volume_high === undefined ? 'more' : compact(k.volume_high)}`
  return '–'
}

const difficultyLook = (n: number | null) => (n === null ? 'text-faint' : n <= 40 ? 'text-good' : n <= 60 ? 'text-warn' : 'text-bad')

/** The columns; the names of clusters are in `names`, by id. */
export const keywordColumns = (names: ReadonlyMap<string, string>): GridColumn<Keyword>[] => [
  { key: 'keyword', head: 'Keyword', sort: 'keyword', width: 260, text: (k) => k.keyword, look: (k) => (k.disabled ? 'line-through text-faint' : '') },
  { key: 'volume', head: 'Volume', sort: 'volume', down: true, width: 96, right: true, text: volumeText, look: (k) => (k.volume === null ? 'text-soft' : '') },
  { key: 'difficulty', head: 'Difficulty', sort: 'difficulty', width: 104, right: true, text: (k) => (k.difficulty === null ? '–' : String(k.difficulty)), look: (k) => difficultyLook(k.difficulty) },
  { key: 'intent', head: 'Intent', width: 128, text: (k) => (k.intent ? title(k.intent) : ''), look: (k) => (k.intent ? badge(intentTones[k.intent] ?? 'plain') : '') },
  { key: 'status', head: 'Status', width: 96, text: (k) => statusText(k.status), look: (k) => statusLook(k.status) },
  { key: 'cluster', head: 'Cluster', width: 150, text: (k) => (k.cluster_id ? (names.get(k.cluster_id) ?? '…') : ''), look: () => 'text-soft' },
  { key: 'tags', head: 'Tags', width: 170, hidden: true, text: (k) => (k.tags ?? []).join(', '), look: () => 'text-soft' },
  { key: 'country', head: 'Country', width: 84, hidden: true, text: (k) => k.country ?? '' },
  { key: 'source', head: 'Source', width: 140, hidden: true, text: (k) => k.source ?? '', look: () => 'text-soft' },
  { key: 'source_date', head: 'Figures of', width: 120, hidden: true, text: (k) => (k.source_date ? date(k.source_date) : ''), look: () => 'text-soft' },
  { key: 'created_at', head: 'Added', sort: 'created_at', down: true, width: 120, text: (k) => date(k.created_at), look: () => 'text-soft' },
  { key: 'updated_at', head: 'Changed', width: 120, hidden: true, text: (k) => date(k.updated_at), look: () => 'text-soft' },
]

export type KeywordFilter =
  | 'status' | 'intent' | 'volume_min' | 'volume_max' | 'difficulty_min' | 'difficulty_max' | 'country' | 'cluster_id' | 'source' | 'tag' | 'disabled'
  | 'created_from' | 'created_to'

const defaults: ListDefaults<KeywordFilter> = {
  filters: { status: '', intent: '', volume_min: '', volume_max: '', difficulty_min: '', difficulty_max: '', country: '', cluster_id: '', source: '', tag: '', disabled: '', created_from: '', created_to: '' },
}

export const keywordSpec: Omit<ListSpec<Keyword, number, KeywordFilter>, 'columns'> = { defaults, read: listKeywords, rowKey: (k) => k.id }

export const keywordFields = (tags: readonly string[]): FilterField<KeywordFilter>[] => [
  { kind: 'choice', name: 'intent', label: 'Intent', choices: intents },
  { kind: 'range', min: 'volume_min', max: 'volume_max', label: 'Volume' },
  { kind: 'range', min: 'difficulty_min', max: 'difficulty_max', label: 'Difficulty', most: 100 },
  { kind: 'cluster', name: 'cluster_id', label: 'Cluster' },
  { kind: 'text', name: 'tag', label: 'Tag', suggest: tags },
  { kind: 'text', name: 'country', label: 'Country', placeholder: 'Any, such as US' },
  { kind: 'text', name: 'source', label: 'Source', suggest: sources },
  { kind: 'choice', name: 'disabled', label: 'Automation', choices: [{ value: 'false', label: 'Works on it' }, { value: 'true', label: 'Leaves it alone' }] },
  { kind: 'dates', min: 'created_from', max: 'created_to', label: 'Added' },
]
