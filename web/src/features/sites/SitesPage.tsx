import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { sitesQuery } from '@/api/auth/list-sites'
import type { Site } from '@/api/types'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Input } from '@/components/ui/field'
import { Page, PageHead } from '@/components/ui/page'
import { EmptyState } from '@/components/ui/states'
import { Table, type Column } from '@/components/ui/table'
import { since } from '@/lib/format'
import { useListState, type ListDefaults } from '@/lib/listState'

const defaults: ListDefaults<never> = { ordering: 'name', filters: {} }

const columns: Column<Site>[] = [
  {
    key: 'name',
    head: 'Site',
    sort: 'name',
    cell: (s) => (
      <>
        <Link className="font-medium hover:underline" to={`/?site=${s.id}`}>
          {s.name}
        </Link>
        {s.domain && <span className="block truncate text-xs text-faint">{s.domain}</span>}
      </>
    ),
  },
  { key: 'industry', head: 'Industry', sort: 'industry', from: 'md', cell: (s) => s.industry.replaceAll('-', ' ') },
  { key: 'sectors', head: 'Sectors', from: 'lg', cell: (s) => s.sectors.map((x) => x.name).join(', ') },
  { key: 'destination', head: 'Publishes to', cell: (s) => <Badge tone={s.settings.destination === 'wordpress' ? 'good' : 'plain'}>{s.settings.destination === 'wordpress' ? 'WordPress' : 'Preview'}</Badge> },
  { key: 'created', head: 'Added', sort: 'created_at', from: 'md', cell: (s) => since(s.created_at) },
  {
    key: 'do',
    head: 'Settings',
    right: true,
    cell: (s) => (
      <ButtonLink size="sm" to={`/sites/${s.id}`} aria-label={`Settings of ${s.name}`}>
        Settings
      </ButtonLink>
    ),
  },
]

export default function SitesPage() {
  const list = useListState(defaults)
  const query = useQuery(sitesQuery)
  const found = query.data && arrange(query.data, list.search, list.ordering)
  return (
    <Page>
      <PageHead
        title="Sites"
        actions={
          <ButtonLink look="solid" to="/start">
            <Icon name="plus" /> Add a site
          </ButtonLink>
        }
      />
      <Input label="Search sites" bare data-search size="sm" className="mb-3 max-w-xs" placeholder="Search…" value={list.search} onChange={(e) => list.set({ search: e.target.value })} />
      <Table
        label="Sites"
        columns={columns}
        rows={found}
        rowKey={(s) => s.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        ordering={list.ordering}
        onOrder={(ordering) => list.set({ ordering })}
        empty={
          list.search ? (
            <EmptyState icon="search" title="No site is called that" />
          ) : (
            <EmptyState icon="site" title="No site yet" action={<ButtonLink look="solid" to="/start">Add a site</ButtonLink>}>
              A site is where your articles go.
            </EmptyState>
          )
        }
      />
    </Page>
  )
}

/** All sites are here already, so they are searched and sorted here. */
function arrange(sites: readonly Site[], search: string, ordering: string): Site[] {
  const wanted = search.trim().toLowerCase()
  const field = ordering.replace('-', '') as 'name' | 'industry' | 'created_at'
  const way = ordering.startsWith('-') ? -1 : 1
  return sites.filter((s) => `${s.name} ${s.domain}`.toLowerCase().includes(wanted)).sort((a, b) => way * a[field].localeCompare(b[field]))
}
