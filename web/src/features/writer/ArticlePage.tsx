import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'react-router'
import { contentQuery, type ContentFull } from '@/api/writer/get-content'
import { useSite } from '@/app/site'
import { JobTray } from '@/components/grid/JobTray'
import { Badge, Status } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { Confirm } from '@/components/ui/confirm'
import { Icon } from '@/components/ui/icon'
import { PageHead } from '@/components/ui/page'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { count } from '@/lib/format'
import { useShortcuts } from '@/lib/shortcuts'
import { approve, publish, review } from './actions'
import { ArticleFrame } from './ArticleFrame'
import { Aside } from './Aside'
import { AskPictures } from './AskPictures'
import { EditContent } from './EditContent'
import { RejectDialog } from './RejectDialog'

/** An article as on the site, with all that belongs to it. */
export default function ArticlePage() {
  const site = useSite()
  const { id = '' } = useParams()
  const query = useQuery(contentQuery(site.id, id))
  return (
    <div className="mx-auto max-w-7xl px-4 py-5 sm:px-6">
      <Loaded query={query}>{(c) => <Article content={c} />}</Loaded>
    </div>
  )
}

function Article({ content }: { content: ContentFull }) {
  const site = useSite()
  const client = useQueryClient()
  const [dialog, setDialog] = useState<'edit' | 'reject' | 'publish' | 'pictures' | null>(null)
  const again = () => void client.invalidateQueries({ queryKey: ['writer'] })
  const inReview = content.status === 'review'
  const publishable = content.status !== 'draft' && content.site_status !== 'published' && content.site_status !== 'publishing'
  const plans = content.status === 'draft' && !content.has_image_prompts
  useShortcuts([
    { keys: 'e', label: 'Edit', group: 'Article', run: () => setDialog('edit') },
    ...(inReview ? [{ keys: 'a', label: 'Approve', group: 'Article', run: () => void approve(content, again) }] : []),
    ...(content.status !== 'draft' ? [{ keys: 'r', label: 'Send back to the drafts', group: 'Article', run: () => setDialog('reject') }] : []),
    ...(publishable ? [{ keys: 'p', label: 'Publish', group: 'Article', run: () => setDialog('publish') }] : []),
  ])
  return (
    <>
      <PageHead
        title={content.title}
        lead={
          <span className="figures flex flex-wrap items-center gap-2 text-sm">
            <Status status={content.status} />
            {content.site_status !== 'not_published' && <Status status={content.site_status} />}
            {content.demo && <Badge>Demo</Badge>}
            <span>{count(content.word_count)} words</span>
          </span>
        }
        actions={
          <>
            <ButtonLink look="quiet" to={`/writer/content?site=${site.id}`}>
              All articles
            </ButtonLink>
            <Button onClick={() => setDialog('edit')}>
              <Icon name="edit" /> Edit
            </Button>
            {plans && (
              <Button onClick={() => setDialog('pictures')}>
                <Icon name="image" /> Plan images…
              </Button>
            )}
            {content.status !== 'draft' && content.site_status !== 'published' && <Button onClick={() => setDialog('reject')}>Send back…</Button>}
            {inReview && (
              <Button onClick={() => void approve(content, again)}>
                <Icon name="check" /> Approve
              </Button>
            )}
            {publishable && (
              <Button look="solid" onClick={() => setDialog('publish')}>
                <Icon name="outside" /> Publish…
              </Button>
            )}
          </>
        }
      />
      <JobTray />
      {content.fault && <ErrorNote className="mb-4" explained={{ cause: content.fault, credits: 'A call that gave nothing usable is not charged.', next: 'When it is mended, try again from here or in the next run.' }} />}
      {content.reject_reason && content.status === 'draft' && (
        <div className="mb-4 flex flex-wrap items-center gap-3 rounded-md border border-warn/40 bg-warn-wash p-3">
          <p className="min-w-0 flex-1">
            <span className="font-medium">Sent back:</span> {content.reject_reason}
          </p>
          <Button size="sm" onClick={() => void review(content, again)}>
            To review again
          </Button>
        </div>
      )}
      {content.changed_since_publish && (
        <p role="status" className="mb-4 rounded-md border border-warn/40 bg-warn-wash p-3">
          The post on the site is older than this text: it was changed here after it was published. Change it there too.
        </p>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <ArticleFrame content={content} className="h-[calc(100dvh-9rem)] min-h-96 w-full lg:sticky lg:top-5 rounded-lg border border-line bg-panel" />
        <Aside content={content} site={site.id} />
      </div>
      {dialog === 'edit' && <EditContent content={content} onClose={() => setDialog(null)} onSaved={(c) => client.setQueryData(contentQuery(site.id, content.id).queryKey, c)} onReread={again} />}
      {dialog === 'reject' && <RejectDialog content={content} onClose={() => setDialog(null)} onDone={again} />}
      {dialog === 'pictures' && <AskPictures site={site.id} size={1} ids={() => Promise.resolve([content.id])} onClose={() => setDialog(null)} onDone={again} />}
      <Confirm open={dialog === 'publish'} onClose={() => setDialog(null)} title="Publish it?" lead={`It goes to ${site.domain || site.name} once, with its images. It costs no credits.`} action="Publish" onConfirm={() => publish(content, again)} />
    </>
  )
}
