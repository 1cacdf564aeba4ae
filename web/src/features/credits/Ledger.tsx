import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { sitesQuery } from '@/api/auth/list-sites'
import { transactionsQuery } from '@/api/billing/transactions'
import type { Transaction } from '@/api/types'
import { Badge, type Tone } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Input, Select } from '@/components/ui/field'
import { EmptyState } from '@/components/ui/states'
import { Table, type Column } from '@/components/ui/table'
import { credits, dateTime, title } from '@/lib/format'
import { useListState } from '@/lib/listState'
import { stageName } from '@/lib/stages'

const defaults = { filters: { kind: '', site_id: '', from: '', to: '' } }

interface Kind {
  label: string
  tone: Tone
  what: string
}

const kinds: Record<string, Kind> = {
  hold: { label: 'Held', tone: 'warn', what: 'Put aside before work' },
  charge: { label: 'Charged', tone: 'ember', what: 'Used by work that is done' },
  release: { label: 'Given back', tone: 'info', what: 'Held, but not used' },
  grant: { label: 'Added', tone: 'good', what: 'Credits were added' },
  expire: { label: 'Expired', tone: 'plain', what: 'The plan’s period ended' },
}

const kindOf = (t: Transaction): Kind => kinds[t.transaction_type] ?? { label: title(t.transaction_type), tone: 'plain', what: '' }
const signed = (n: number) => (n > 0 ? `+${credits(n)}` : credits(n).replace('-', '−'))

/** Each movement of credits, newest first, with what it was for. */
export function Ledger() {
  const list = useListState(defaults)
  const query = useInfiniteQuery(transactionsQuery(list.filters))
  const { data: sites = [] } = useQuery(sitesQuery)
  const rows = query.data?.pages.flatMap((p) => p.results)
  const columns: Column<Transaction>[] = [
    { key: 'when', head: 'When', cell: (t) => <time dateTime={t.created_at}>{dateTime(t.created_at)}</time> },
    { key: 'kind', head: 'What', cell: (t) => <Badge tone={kindOf(t).tone}>{kindOf(t).label}</Badge> },
    {
      key: 'for',
      head: 'For',
      from: 'sm',
      cell: (t) => (
        <>
          {t.stage ? stageName(t.stage) : kindOf(t).what}
          {t.site_id && <span className="block text-xs text-faint">{sites.find((s) => s.id === t.site_id)?.name}</span>}
        </>
      ),
    },
    { key: 'spent', head: 'Used', right: true, from: 'md', cell: (t) => (t.spent ? credits(t.spent) : '') },
    { key: 'amount', head: 'Change', right: true, cell: (t) => signed(t.amount) },
    { key: 'after', head: 'Left', right: true, cell: (t) => credits(t.balance_after) },
  ]
  return (
    <section aria-label="Ledger">
      <div className="mb-2 flex flex-wrap items-end gap-2">
        <h2 className="mr-auto text-lg">Ledger</h2>
        <Select label="What" size="sm" value={list.filters.kind} choices={[{ value: '', label: 'All' }, ...Object.entries(kinds).map(([value, k]) => ({ value, label: k.label }))]} onChange={(e) => list.set({ filters: { kind: e.target.value } })} />
        {sites.length > 1 && (
          <Select label="Site" size="sm" value={list.filters.site_id} choices={[{ value: '', label: 'All' }, ...sites.map((s) => ({ value: s.id, label: s.name }))]} onChange={(e) => list.set({ filters: { site_id: e.target.value } })} />
        )}
        <Input label="From" type="date" size="sm" value={list.filters.from} onChange={(e) => list.set({ filters: { from: e.target.value } })} />
        <Input label="To" type="date" size="sm" value={list.filters.to} onChange={(e) => list.set({ filters: { to: e.target.value } })} />
      </div>
      <Table
        label="Movements of credits"
        columns={columns}
        rows={rows}
        rowKey={(t) => String(t.seq)}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState icon="credits" title="No movements" action={list.active > 0 && <Button onClick={list.clear}>Show all</Button>}>
            {query.hasNextPage ? 'None here; there may be older ones.' : 'Nothing was added or used.'}
          </EmptyState>
        }
      />
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older
        </Button>
      )}
    </section>
  )
}
