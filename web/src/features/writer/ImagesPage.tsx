import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Image } from '@/api/types'
import { deleteImage } from '@/api/writer/delete-image'
import { generateImages } from '@/api/writer/generate-images'
import { getImage } from '@/api/writer/get-image'
import { imageFileQuery } from '@/api/writer/get-image-file'
import { listImages } from '@/api/writer/list-images'
import { updateImage } from '@/api/writer/update-image'
import { useSite } from '@/app/site'
import { AskStage } from '@/components/grid/Actions'
import { JobTray } from '@/components/grid/JobTray'
import { SearchBox, Segments } from '@/components/grid/ListFrame'
import { RecordPanel } from '@/components/grid/RecordPanel'
import { Status } from '@/components/ui/badge'
import { Confirm } from '@/components/ui/confirm'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Page, PageHead } from '@/components/ui/page'
import { EmptyState, ErrorNote, Loaded, Skeleton } from '@/components/ui/states'
import { Pager } from '@/components/ui/table'
import { cx } from '@/lib/cx'
import { plural } from '@/lib/format'
import { here } from '@/lib/origin'
import { useListState, type ListDefaults } from '@/lib/listState'
import { paramsOf } from '@/components/grid/useList'

const defaults: ListDefaults<'status' | 'image_type' | 'content_id'> = { filters: { status: '', image_type: '', content_id: '' }, pageSize: 25 }
const noun: [string, string] = ['image', 'images']

/** The images of a site as images. */
export default function ImagesPage() {
  const site = useSite()
  const list = useListState(defaults)
  const client = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [drawing, setDrawing] = useState<string[] | null>(null)
  const [open, setOpen] = useState<Image | null>(null)
  const [deleting, setDeleting] = useState<Image | null>(null)
  const query = useQuery({
    queryKey: ['writer', 'images', site.id, list.query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => listImages(site.id, paramsOf(list.query), list.page, list.pageSize, signal),
  })
  const undrawn = (query.data?.results ?? []).filter((i) => i.status !== 'generated')
  const some = undrawn.filter((i) => chosen.has(i.id)).map((i) => i.id)
  const toggle = (id: string) => {
    const set = new Set(chosen)
    if (!set.delete(id)) set.add(id)
    setChosen(set)
  }
  return (
    <Page>
      <PageHead
        title="Images"
        actions={
          undrawn.length > 0 && (
            <Button look="solid" onClick={() => setDrawing(some.length > 0 ? some : undrawn.map((i) => i.id))}>
              <Icon name="image" /> Draw {plural(some.length || undrawn.length, 'image')}…
            </Button>
          )
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchBox label="Find images" value={list.search} onChange={(search) => list.set({ search })} />
        <Segments label="Status" value={list.filters.status} choices={[{ value: '', label: 'All' }, { value: 'generated', label: 'Generated' }, { value: 'pending', label: 'Pending' }, { value: 'failed', label: 'Failed' }]} onChange={(status) => list.set({ filters: { status } })} />
        <Segments label="Place" value={list.filters.image_type} choices={[{ value: '', label: 'Any place' }, { value: 'featured', label: 'Featured' }, { value: 'in_article', label: 'In the text' }]} onChange={(image_type) => list.set({ filters: { image_type } })} />
        {list.filters.content_id && (
          <Button size="sm" onClick={() => list.set({ filters: { content_id: '' } })}>
            Of one article <Icon name="close" className="size-3" />
          </Button>
        )}
      </div>
      <JobTray />
      <Loaded query={query}>
        {({ results, count }) =>
          results.length === 0 ? (
            list.active > 0 ? (
              <EmptyState icon="filter" title="No images match" action={<Button onClick={list.clear}>Take all filters away</Button>} />
            ) : (
              <EmptyState icon="image" title="No images yet" action={<ButtonLink look="solid" to={`/automation?site=${site.id}`}>Start a run</ButtonLink>}>
                Each article gets a featured image and some in its text, when its text is written.
              </EmptyState>
            )
          ) : (
            <>
              <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
                {results.map((i) => (
                  <Card key={i.id} image={i} chosen={chosen.has(i.id)} onToggle={() => toggle(i.id)} onOpen={() => setOpen(i)} />
                ))}
              </ul>
              <Pager list={list} total={count} />
            </>
          )
        }
      </Loaded>
      {drawing && (
        <AskStage site={site.id} size={drawing.length} ids={() => Promise.resolve(drawing)} noun={noun} stage={6} title={`Draw ${plural(drawing.length, 'image')}?`} label="Drawing" action="Draw" ask={generateImages} onClose={() => setDrawing(null)} onDone={() => { setChosen(new Set()); void client.invalidateQueries({ queryKey: ['writer'] }) }}>
          Images that are drawn already are left as they are.
        </AskStage>
      )}
      {open && <Panel key={open.id} site={site.id} image={open} onClose={() => setOpen(null)} onSaved={(i) => { setOpen(i); void client.invalidateQueries({ queryKey: ['writer', 'images'] }) }} onDraw={() => { setOpen(null); setDrawing([open.id]) }} onDelete={(i) => { setOpen(null); setDeleting(i) }} />}
      {deleting && <Confirm open danger onClose={() => setDeleting(null)} title="Delete this image?" lead="Its article does without it. What it cost is not given back, and it can’t be undone; a post that shows it goes on showing it." action="Delete the image" onConfirm={async () => { await deleteImage(site.id, deleting.id, deleting.version); await client.invalidateQueries({ queryKey: ['writer'] }) }} />}
    </Page>
  )
}

function Picture({ image, className }: { image: Image; className?: string }) {
  const { data } = useQuery({ ...imageFileQuery(image.site, image.id), enabled: image.status === 'generated' })
  if (image.status !== 'generated') {
    return (
      <span className={cx('grid place-items-center bg-hover', className)}>
        <Status status={image.status} />
      </span>
    )
  }
  if (!data) return <Skeleton className={className} />
  return <img src={here(data.url)} width={data.width} height={data.height} alt={image.alt_text || `Image of ${image.content_title}`} loading="lazy" className={cx('bg-hover object-cover', className)} />
}

function Card({ image, chosen, onToggle, onOpen }: { image: Image; chosen: boolean; onToggle: () => void; onOpen: () => void }) {
  return (
    <li className={cx('relative overflow-hidden rounded-lg border bg-panel', chosen ? 'border-ember' : 'border-line')}>
      <button type="button" className="block w-full text-left outline-offset-[-2px]" onClick={onOpen}>
        <Picture image={image} className="aspect-[4/3] w-full" />
        <span className="block px-2.5 py-2">
          <span className="line-clamp-1 text-sm font-medium">{image.content_title}</span>
          <span className="text-xs text-faint">{image.image_type === 'featured' ? 'Featured' : `In the text, ${image.position + 1}`}</span>
          {image.fault && <span className="line-clamp-2 text-xs text-bad">{image.fault}</span>}
        </span>
      </button>
      {image.status !== 'generated' && <input type="checkbox" aria-label={`Select ${image.content_title}, ${image.image_type === 'featured' ? 'featured' : image.position + 1}`} className="absolute top-1.5 left-1.5 size-6 accent-ember" checked={chosen} onChange={onToggle} />}
    </li>
  )
}

function Panel({ site, image, onClose, onSaved, onDraw, onDelete }: { site: string; image: Image; onClose: () => void; onSaved: (i: Image) => void; onDraw: () => void; onDelete: (i: Image) => void }) {
  const query = useQuery({ queryKey: ['writer', 'image', site, image.id], placeholderData: image, queryFn: ({ signal }) => getImage(site, image.id, signal) })
  const drawn = (query.data ?? image).status === 'generated'
  return (
    <RecordPanel
      title={image.content_title}
      query={query}
      fields={[
        ...(drawn ? [] : ([{ kind: 'text', name: 'prompt', label: 'Prompt', rows: 4 }] as const)),
        { kind: 'text', name: 'alt_text', label: 'Alternative text', hint: 'For those who do not see it', rows: 2 },
        { kind: 'text', name: 'caption', label: 'Caption' },
      ]}
      values={(i: Image) => ({ prompt: i.prompt, alt_text: i.alt_text, caption: i.caption })}
      save={(i, change) => updateImage(site, i.id, change, i.version)}
      onSaved={onSaved}
      onClose={onClose}
      above={(i) => (
        <>
          <Picture image={i} className="max-h-72 w-full rounded-md object-contain" />
          {i.fault && <ErrorNote explained={{ cause: i.fault, credits: 'An image that was not made is not charged.', next: 'Draw it again, or change the prompt.' }} />}
          <p className="text-sm">
            <Link className="text-ember underline" to={`/writer/content/${i.content}?site=${site}`}>
              Its article
            </Link>
          </p>
        </>
      )}
      below={(i) => (drawn ? <p className="text-sm text-soft">Drawn of: {i.prompt}</p> : null)}
      actions={(i) => (
        <>
          {!drawn && <Button onClick={onDraw}>Draw…</Button>}
          <Button onClick={() => onDelete(i)}>Delete…</Button>
        </>
      )}
    />
  )
}
