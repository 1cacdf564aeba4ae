import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { listClusters } from '@/api/planner/list-clusters'
import { listKeywordTags } from '@/api/planner/list-keyword-tags'
import { totalKeywords } from '@/api/planner/total-keywords'
import type { Keyword } from '@/api/types'
import { useSite } from '@/app/site'
import { ListFrame } from '@/components/grid/ListFrame'
import { useList } from '@/components/grid/useList'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { EmptyState } from '@/components/ui/states'
import { compact } from '@/lib/format'
import { keywordColumns, keywordFields, keywordSpec } from './keywords'
import { AddKeyword, DeleteKeywords, EditKeywords } from './KeywordDialogs'
import { ExportDialog } from './ExportDialog'
import { KeywordPanel } from './KeywordPanel'

/** Names of clusters for the table's column; a site with more than 1,000 shows the others as dots. */
function useClusterNames(site: string): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['planner', 'cluster-names', site],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const names = new Map<string, string>()
      for (let page = 1; page <= 10; page++) {
        const { results, count } = await listClusters(site, { ordering: '-keywords_count' }, page, 100, signal).catch((thrown: unknown) => {
          if (page === 1) throw thrown
          return { results: [], count: 0 }
        })
        for (const c of results) names.set(c.id, c.name)
        if (results.length === 0 || page * 100 >= count) break
      }
      return names
    },
  })
  return data ?? none
}
const none: ReadonlyMap<string, string> = new Map()

const statuses = [{ value: '', label: 'All' }, { value: 'new', label: 'New' }, { value: 'mapped', label: 'Mapped' }]

export default function KeywordsPage() {
  const site = useSite()
  const names = useClusterNames(site.id)
  const { data: tags } = useQuery({ queryKey: ['planner', 'tags', site.id], staleTime: 60_000, queryFn: ({ signal }) => listKeywordTags(site.id, '', signal) })
  const columns = useMemo(() => keywordColumns(names), [names])
  const fields = useMemo(() => keywordFields((tags ?? []).map((t) => t.tag)), [tags])
  const used = useList({ ...keywordSpec, columns })
  const [dialog, setDialog] = useState<'edit' | 'delete' | 'export' | 'add' | null>(null)
  const { data: totals } = useQuery({
    queryKey: ['planner', 'totals', site.id, used.word],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => totalKeywords(site.id, used.query, signal),
  })
  const close = () => setDialog(null)
  const changed = () => used.rows.refresh()
  const item = Number(used.params.get('item') ?? 0)
  return (
    <ListFrame
      title="Keywords"
      noun={['keyword', 'keywords']}
      name="keywords"
      used={used}
      fields={fields}
      tabs={{ name: 'status', label: 'Status', choices: statuses }}
      searchLabel="Find keywords"
      onOpen={(k: Keyword) => used.setParam('item', String(k.id))}
      actions={
        <>
          <Button onClick={() => setDialog('add')}>
            <Icon name="plus" /> Add
          </Button>
          <ButtonLink look="solid" to={`/planner/keywords/import?site=${site.id}`}>
            <Icon name="upload" /> Import
          </ButtonLink>
        </>
      }
      tools={
        <Button size="sm" disabled={!used.count} onClick={() => setDialog('export')}>
          <Icon name="download" className="size-3.5" /> Export
        </Button>
      }
      bulk={
        <>
          <Button size="sm" onClick={() => setDialog('edit')}>
            <Icon name="edit" className="size-3.5" /> Edit…
          </Button>
          <Button size="sm" onClick={() => setDialog('delete')}>
            <Icon name="trash" className="size-3.5" /> Delete…
          </Button>
        </>
      }
      totals={
        totals && (
          <>
            <span>{totals.volume_known === 0 ? 'searches a month not known' : `${compact(totals.volume_sum)} searches a month${totals.volume_known < totals.count ? `, known of ${compact(totals.volume_known)}` : ''}`}</span>
            {totals.difficulty_mean !== null && <span>mean difficulty {Math.round(totals.difficulty_mean)}</span>}
          </>
        )
      }
      empty={
        <EmptyState
          icon="key"
          title="No keywords yet"
          action={
            <>
              <ButtonLink look="solid" to={`/planner/keywords/import?site=${site.id}`}>
                Import a file
              </ButtonLink>
              <Button onClick={() => setDialog('add')}>Add one by hand</Button>
            </>
          }
        >
          Bring in an export of Keyword Planner, Ahrefs, Semrush, Moz or Search Console, or any list with one keyword a line. Articles are planned from them.
        </EmptyState>
      }
    >
      {dialog === 'edit' && <EditKeywords used={used} onClose={close} onDone={changed} />}
      {dialog === 'delete' && <DeleteKeywords used={used} onClose={close} onDone={changed} />}
      {dialog === 'add' && <AddKeyword site={site.id} onClose={close} onDone={changed} />}
      {dialog === 'export' && <ExportDialog site={site.id} word={used.word} query={used.query} count={used.count ?? 0} onClose={close} />}
      {item > 0 && <KeywordPanel key={item} site={site.id} id={item} onClose={() => used.setParam('item', null)} onChanged={(k) => used.rows.replace((r) => r.id === k.id, () => k)} onGone={changed} />}
    </ListFrame>
  )
}
