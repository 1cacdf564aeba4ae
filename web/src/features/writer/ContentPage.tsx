import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Content } from '@/api/types'
import { bulkApprove } from '@/api/writer/bulk-approve'
import { bulkDeleteContent } from '@/api/writer/bulk-delete-content'
import { bulkPublish } from '@/api/writer/bulk-publish'
import { listContents } from '@/api/writer/list-content'
import { restoreContent } from '@/api/writer/restore-content'
import { AskDelete, MOST, quickly } from '@/components/grid/Actions'
import type { GridColumn } from '@/components/grid/columns'
import { ListFrame } from '@/components/grid/ListFrame'
import { badge, statusLook, statusText } from '@/components/grid/look'
import { nothing } from '@/components/grid/selection'
import { useList, type ListSpec } from '@/components/grid/useList'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { EmptyState } from '@/components/ui/states'
import { count, date } from '@/lib/format'
import { AskPictures } from './AskPictures'
import { AskPublish } from './AskPublish'

type Filter = 'status' | 'site_status' | 'cluster_id'

const columns: GridColumn<Content>[] = [
  { key: 'title', head: 'Article', sort: 'title', width: 340, text: (c) => c.title },
  { key: 'status', head: 'Status', sort: 'status', width: 110, text: (c) => (c.fault && c.status === 'draft' ? 'Failed' : statusText(c.status)), look: (c) => (c.fault && c.status === 'draft' ? badge('bad') : statusLook(c.status)), hint: (c) => c.fault ?? c.reject_reason ?? '' },
  { key: 'site_status', head: 'On the site', width: 128, text: (c) => statusText(c.site_status), look: (c) => statusLook(c.site_status), hint: (c) => c.external_url ?? c.fault ?? '' },
  { key: 'word_count', head: 'Words', sort: 'word_count', down: true, width: 90, right: true, text: (c) => count(c.word_count) },
  { key: 'images', head: 'Images', width: 84, right: true, hidden: true, text: (c) => (c.images_expected > 0 ? count(c.images_expected) : '') },
  { key: 'primary_keyword', head: 'Keyword', width: 180, text: (c) => c.primary_keyword },
  { key: 'cluster_name', head: 'Cluster', width: 170, hidden: true, text: (c) => c.cluster_name, look: () => 'text-soft' },
  { key: 'created_at', head: 'Written', sort: 'created_at', down: true, width: 120, text: (c) => (c.created_at ? date(c.created_at) : ''), look: () => 'text-soft' },
  { key: 'updated_at', head: 'Changed', sort: 'updated_at', down: true, width: 120, hidden: true, text: (c) => (c.updated_at ? date(c.updated_at) : ''), look: () => 'text-soft' },
]

const spec: ListSpec<Content, string, Filter> = { defaults: { filters: { status: '', site_status: '', cluster_id: '' } }, read: listContents, columns, rowKey: (c) => c.id }
const noun: [string, string] = ['article', 'articles']

export default function ContentPage() {
  const used = useList(spec)
  const { site, rows, size } = used
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<'publish' | 'pictures' | 'delete' | null>(null)
  const over = () => {
    used.select(nothing)
    rows.refresh()
  }
  const ids = () => used.ids(MOST)
  const to = (c: Content) => `/writer/content/${c.id}?site=${site.id}`
  return (
    <ListFrame
      title="Content"
      noun={noun}
      name="content"
      used={used}
      fields={[
        { kind: 'choice', name: 'site_status', label: 'On the site', choices: ['not_published', 'scheduled', 'publishing', 'published', 'failed'].map((value) => ({ value, label: statusText(value) })) },
        { kind: 'cluster', name: 'cluster_id', label: 'Cluster' },
      ]}
      tabs={{ name: 'status', label: 'Status', choices: [{ value: '', label: 'All' }, { value: 'draft', label: 'Drafts' }, { value: 'review', label: 'In review' }, { value: 'approved', label: 'Approved' }] }}
      searchLabel="Find articles"
      onOpen={(c) => void navigate(to(c))}
      href={to}
      actions={
        <ButtonLink look="solid" to={`/writer/review?site=${site.id}`}>
          <Icon name="review" /> Review
        </ButtonLink>
      }
      bulk={
        <>
          <Button size="sm" look="solid" onClick={() => void quickly(site.id, size, ids, noun, bulkApprove, 'approved', over)}>
            <Icon name="check" className="size-3.5" /> Approve
          </Button>
          <Button size="sm" onClick={() => setDialog('publish')}>
            <Icon name="outside" className="size-3.5" /> Publish…
          </Button>
          <Button size="sm" onClick={() => setDialog('pictures')}>
            <Icon name="image" className="size-3.5" /> Plan images…
          </Button>
          <Button size="sm" onClick={() => setDialog('delete')}>
            <Icon name="trash" className="size-3.5" /> Delete…
          </Button>
        </>
      }
      empty={
        <EmptyState icon="content" title="No articles yet" action={<ButtonLink look="solid" to={`/automation?site=${site.id}`}>Start a run</ButtonLink>}>
          Articles are written of tasks. A run makes them from keywords; here you read, change and publish them.
        </EmptyState>
      }
    >
      {dialog === 'publish' && <AskPublish site={site} size={size} ids={ids} onClose={() => setDialog(null)} onDone={over} ask={bulkPublish} />}
      {dialog === 'pictures' && <AskPictures site={site.id} size={size} ids={ids} onClose={() => setDialog(null)} onDone={over} />}
      {dialog === 'delete' && (
        <AskDelete
          site={site.id}
          size={size}
          ids={ids}
          noun={noun}
          onClose={() => setDialog(null)}
          onDone={over}
          stays="Posts that are on the site stay there."
          remove={bulkDeleteContent}
          undo={(list) => async () => {
            for (const id of list) await restoreContent(site.id, id)
          }}
        />
      )}
    </ListFrame>
  )
}
