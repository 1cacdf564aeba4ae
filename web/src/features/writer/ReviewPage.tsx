import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Content, Site } from '@/api/types'
import { bulkApprove } from '@/api/writer/bulk-approve'
import { bulkPublish } from '@/api/writer/bulk-publish'
import { contentQuery } from '@/api/writer/get-content'
import { listContents } from '@/api/writer/list-content'
import { useSite } from '@/app/site'
import { quickly } from '@/components/grid/Actions'
import { JobTray } from '@/components/grid/JobTray'
import { Segments } from '@/components/grid/ListFrame'
import { Badge } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Bleed, Kbd, PageHead } from '@/components/ui/page'
import { EmptyState, Loaded } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { count, plural } from '@/lib/format'
import { useShortcuts } from '@/lib/shortcuts'
import { approve, publish } from './actions'
import { ArticleFrame } from './ArticleFrame'
import { Aside } from './Aside'
import { AskPublish } from './AskPublish'
import { EditContent } from './EditContent'
import { RejectDialog } from './RejectDialog'

const noun: [string, string] = ['article', 'articles']
const tabs = [
  { value: 'review', label: 'In review' },
  { value: 'approved', label: 'Approved, not published' },
]

/** One article after the other, by a few keys. */
export default function ReviewPage() {
  const site = useSite()
  const [params, setParams] = useSearchParams()
  const tab = params.get('tab') === 'approved' ? 'approved' : 'review'
  const query = useQuery({
    queryKey: ['writer', 'queue', site.id, tab],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => listContents(site.id, tab === 'review' ? { status: 'review', ordering: 'created_at' } : { status: 'approved', site_status: 'not_published', ordering: 'created_at' }, 1, 100, signal),
  })
  const set = (name: string, value: string | null) =>
    setParams((now) => {
      const next = new URLSearchParams(now)
      if (value === null) next.delete(name)
      else next.set(name, value)
      if (name === 'tab') next.delete('item')
      return next
    }, { replace: name === 'item' })
  return (
    <Bleed>
      <PageHead title="Review" lead={<span className="hidden sm:inline">{site.settings.auto_publish_enabled ? 'Articles of runs are published without review; what waits here goes out when you say so.' : 'Nothing is published before you say so.'}</span>}>
        <div className="mt-2 flex">
          <Segments label="Which" value={tab} choices={tabs} onChange={(v) => set('tab', v)} />
        </div>
      </PageHead>
      <JobTray />
      <Loaded query={query}>
        {({ results, count: total }) =>
          results.length === 0 ? (
            <EmptyState icon="check" title={tab === 'review' ? 'Nothing waits for review' : 'Nothing waits to be published'} action={<ButtonLink to={`/writer/content?site=${site.id}`}>All articles</ButtonLink>}>
              {tab === 'review' ? 'Articles come here when their text and their images are done.' : 'Approved articles come here until they are published.'}
            </EmptyState>
          ) : (
            <Queue key={tab} site={site} tab={tab} list={results} total={total} item={params.get('item')} onItem={(id) => set('item', id)} />
          )
        }
      </Loaded>
    </Bleed>
  )
}

function Queue({ site, tab, list, total, item, onItem }: { site: Site; tab: 'review' | 'approved'; list: Content[]; total: number; item: string | null; onItem: (id: string | null) => void }) {
  const client = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [dialog, setDialog] = useState<'edit' | 'reject' | 'publish' | null>(null)
  const [details, setDetails] = useState(false)
  // The one after a decided one takes its place, at the same place in the list.
  const [place, setPlace] = useState(0)
  const found = list.findIndex((c) => c.id === item)
  const at = found >= 0 ? found : Math.min(place, list.length - 1)
  const current = list[at]
  const full = useQuery({ ...contentQuery(site.id, current?.id ?? ''), enabled: current !== undefined })
  const next = list[at + 1]
  useEffect(() => {
    // What is read next is there when one gets to it.
    if (next) void client.query({ ...contentQuery(site.id, next.id), staleTime: 60_000 }).catch(() => undefined)
  }, [next, client, site.id])
  const go = (to: number) => {
    const target = list[Math.max(0, Math.min(list.length - 1, to))]
    if (!target) return
    setPlace(list.indexOf(target))
    onItem(target.id)
  }
  const again = () => void client.invalidateQueries({ queryKey: ['writer'] })
  const decided = () => {
    setPlace(at)
    onItem(null)
    again()
  }
  const toggle = (id: string) => {
    const set = new Set(chosen)
    if (!set.delete(id)) set.add(id)
    setChosen(set)
  }
  const some = list.filter((c) => chosen.has(c.id))
  const ids = () => Promise.resolve(some.length > 0 ? some.map((c) => c.id) : current ? [current.id] : [])
  const approveNow = () => {
    if (some.length > 0) void quickly(site.id, some.length, ids, noun, bulkApprove, 'approved', () => { setChosen(new Set()); decided() })
    else if (current) void approve(current, decided)
  }
  useShortcuts([
    { keys: 'j', label: 'Next article', group: 'Review', run: () => go(at + 1) },
    { keys: 'k', label: 'Article before', group: 'Review', run: () => go(at - 1) },
    { keys: 'x', label: 'Select the article', group: 'Review', run: () => current && toggle(current.id) },
    ...(tab === 'review' ? [{ keys: 'a', label: 'Approve', group: 'Review', run: approveNow }] : []),
    { keys: 'e', label: 'Edit title and meta', group: 'Review', run: () => setDialog('edit') },
    { keys: 'r', label: 'Send back to the drafts', group: 'Review', run: () => setDialog('reject') },
    { keys: 'p', label: 'Publish', group: 'Review', run: () => setDialog('publish') },
    { keys: 'u', label: 'Undo the last step', group: 'Review', run: undoLast },
    { keys: 'd', label: 'Checks and details', group: 'Review', run: () => setDetails(!details) },
  ])
  if (!current) return null
  return (
    <>
      <div className="grid min-h-0 flex-1 grid-rows-[auto_minmax(0,1fr)] gap-3 pb-3 lg:grid-cols-[17rem_minmax(0,1fr)] lg:grid-rows-1">
        <div className="flex max-h-40 min-h-0 flex-col rounded-lg border border-line bg-panel lg:max-h-none">
          <p aria-live="polite" className="figures border-b border-line px-3 py-2 text-sm text-soft">
            {chosen.size > 0 ? `${some.length} of ${count(total)} selected` : plural(total, 'article')}
          </p>
          <ul aria-label="Articles" className="min-h-0 flex-1 overflow-y-auto">
            {list.map((c, i) => (
              <QueueItem key={c.id} content={c} now={i === at} chosen={chosen.has(c.id)} onOpen={() => go(i)} onToggle={() => toggle(c.id)} />
            ))}
          </ul>
          {tab === 'review' && list.length > 1 && (
            <button type="button" className="border-t border-line px-3 py-2 text-left text-sm text-ember underline" onClick={() => setChosen(chosen.size === list.length ? new Set() : new Set(list.map((c) => c.id)))}>
              {chosen.size === list.length ? 'Select none' : `Select all ${list.length}`}
            </button>
          )}
        </div>
        <div className="flex min-h-0 min-w-0 flex-col">
          <div className="mb-2 flex flex-wrap items-center gap-1.5">
            <Button size="icon" aria-label="Article before" disabled={at === 0} onClick={() => go(at - 1)}>
              <Icon name="up" />
            </Button>
            <Button size="icon" aria-label="Next article" disabled={at === list.length - 1} onClick={() => go(at + 1)}>
              <Icon name="down" />
            </Button>
            <span className="figures text-sm text-soft">
              {at + 1} of {count(total)}
            </span>
            <span className="flex-1" />
            <Button size="sm" aria-pressed={details} onClick={() => setDetails(!details)}>
              Details <Keys k="d" />
            </Button>
            <Button size="sm" onClick={() => setDialog('edit')}>
              Edit <Keys k="e" />
            </Button>
            <Button size="sm" onClick={() => setDialog('reject')}>
              Send back <Keys k="r" />
            </Button>
            <Button size="sm" look={tab === 'approved' ? 'solid' : 'plain'} onClick={() => setDialog('publish')}>
              Publish{some.length > 1 && ` ${some.length}`} <Keys k="p" />
            </Button>
            {tab === 'review' && (
              <Button size="sm" look="solid" onClick={approveNow}>
                Approve{some.length > 1 && ` ${some.length}`} <Keys k="a" />
              </Button>
            )}
          </div>
          <Loaded query={full}>
            {(c) => (
              <div className={cx('grid min-h-0 flex-1 gap-3', details && 'lg:grid-cols-[minmax(0,1fr)_18rem]')}>
                <ArticleFrame content={c} className={cx('h-full min-h-64 w-full rounded-lg border border-line bg-panel', details && 'hidden lg:block')} />
                {details && (
                  <div className="min-h-0 overflow-y-auto" tabIndex={0} role="region" aria-label="Details">
                    <Aside content={c} site={site.id} />
                  </div>
                )}
              </div>
            )}
          </Loaded>
        </div>
      </div>
      {dialog === 'edit' && full.data && <EditContent content={full.data} onClose={() => setDialog(null)} onSaved={(c) => { client.setQueryData(contentQuery(site.id, c.id).queryKey, c); again() }} onReread={again} />}
      {dialog === 'reject' && <RejectDialog content={current} onClose={() => setDialog(null)} onDone={decided} />}
      {dialog === 'publish' && (
        <AskPublish
          site={site}
          size={Math.max(1, some.length)}
          ids={ids}
          ask={async (body, key) => {
            if (body.ids.length > 1) return bulkPublish(body, key)
            await publish(current, () => undefined)
            return []
          }}
          onClose={() => setDialog(null)}
          onDone={() => { setChosen(new Set()); decided() }}
        />
      )}
    </>
  )
}

const Keys = ({ k }: { k: string }) => (
  <span aria-hidden className="hidden lg:inline">
    <Kbd>{k}</Kbd>
  </span>
)

/** The newest piece of news that can be undone. */
function undoLast() {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('[aria-label="News"] button')]
  buttons.reverse().find((b) => b.textContent === 'Undo')?.click()
}

function QueueItem({ content, now, chosen, onOpen, onToggle }: { content: Content; now: boolean; chosen: boolean; onOpen: () => void; onToggle: () => void }) {
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (now) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [now])
  return (
    <li ref={ref} className={cx('flex items-start gap-1 border-b border-line px-2 last:border-0', now ? 'bg-hover' : 'hover:bg-hover')}>
      <Checkbox bare label={`Select ${content.title}`} checked={chosen} onChange={onToggle} className="pt-2.5" />
      <button type="button" aria-current={now} onClick={onOpen} className="min-w-0 flex-1 py-2 text-left">
        <span className={cx('line-clamp-2 text-sm', now && 'font-medium')}>{content.title}</span>
        <span className="figures flex gap-1.5 text-xs text-faint">
          {count(content.word_count)} words {content.fault && <Badge tone="bad">Fault</Badge>}
        </span>
      </button>
    </li>
  )
}
