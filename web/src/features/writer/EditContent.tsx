import { useState } from 'react'
import { explain, Problem } from '@/api/problem'
import type { ContentFull } from '@/api/writer/get-content'
import { updateContent, type ContentEdit } from '@/api/writer/update-content'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Input, Textarea } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote } from '@/components/ui/states'
import { useDraft } from '@/lib/draft'
import { listOf } from '@/lib/list'
import { Unsaved, useClose } from '@/lib/unsaved'
import { toast } from '@/stores/toasts'

const texts = ['title', 'slug', 'meta_title', 'meta_description', 'excerpt', 'primary_keyword'] as const
const lists = ['tags', 'categories'] as const

const textsOf = (c: ContentFull) => ({ ...Object.fromEntries(texts.map((t) => [t, c[t]])), ...Object.fromEntries(lists.map((l) => [l, c[l].join(', ')])), content_html: c.content_html }) as Record<string, string>
const labels: Record<string, string> = { title: 'Title', slug: 'Address part', meta_title: 'Meta title', meta_description: 'Meta description', excerpt: 'Excerpt', primary_keyword: 'Primary keyword', categories: 'Categories', tags: 'Tags', content_html: 'Text' }

/** Title, address, meta, tags and, on demand, the text of an article. */
export function EditContent({ content, onClose, onSaved, onReread }: { content: ContentFull; onClose: () => void; onSaved: (c: ContentFull) => void; onReread: () => void }) {
  const draft = useDraft(content, textsOf)
  const { now, base } = draft
  const [busy, setBusy] = useState(false)
  const [thrown, setThrown] = useState<unknown>(null)
  const change: ContentEdit = {}
  for (const t of texts) if (now[t] !== base[t]) change[t] = now[t]
  const before = textsOf(base)
  // By what was typed: one that has a comma of its own is not taken apart unless somebody changes the list.
  for (const l of lists) if (now[l] !== before[l]) change[l] = listOf(now[l] ?? '')
  if (now.content_html !== base.content_html) change.content_html = now.content_html
  const field = (name: string) => ({ value: now[name] ?? '', fault: thrown instanceof Problem ? thrown.field(name) : undefined, onChange: (e: { target: { value: string } }) => draft.set({ [name]: e.target.value }) })
  const save = async () => {
    setBusy(true)
    setThrown(null)
    try {
      onSaved(await updateContent(content.site, content.id, change, base.version))
      toast('Saved')
      onClose()
    } catch (e) {
      setThrown(e)
      if (e instanceof Problem && e.status === 412) onReread()
    } finally {
      setBusy(false)
    }
  }
  const stale = thrown instanceof Problem && thrown.status === 412
  return (
    <Dialog
      open
      side
      onClose={onClose}
      title="Edit"
      footer={
        <>
          <NotNow onClose={onClose} />
          <Button look="solid" busy={busy} disabled={Object.keys(change).length === 0 || draft.overtaken !== null} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <Unsaved when={draft.dirty} />
      <div className="grid gap-3 pb-3">
        <Input label="Title" autoFocus maxLength={200} {...field('title')} />
        <Input label="Address part" hint={content.site_status === 'published' ? 'It is on the site under this address, so it stays.' : undefined} disabled={content.site_status === 'published'} {...field('slug')} />
        <Input label="Meta title" hint={`${now.meta_title?.length ?? 0} characters; up to 65 are shown whole`} {...field('meta_title')} />
        <Textarea label="Meta description" rows={3} hint={`${now.meta_description?.length ?? 0} characters; up to 165 are shown whole`} {...field('meta_description')} />
        <Textarea label="Excerpt" rows={2} {...field('excerpt')} />
        <Input label="Primary keyword" {...field('primary_keyword')} />
        <Input label="Categories" hint="With commas between" {...field('categories')} />
        <Input label="Tags" hint="With commas between" {...field('tags')} />
        <details>
          <summary className="text-sm font-medium">Text, as HTML</summary>
          <Textarea label="Text, as HTML" bare mono rows={16} {...field('content_html')} />
          <p className="mt-1 text-xs text-faint">Scripts, styles and images are taken out when it is saved.</p>
        </details>
        {draft.overtaken && <Overtaken lines={draft.overtaken} mine={Object.keys(change)} label={(name) => labels[name] ?? name} onTake={() => { draft.rebase(); setThrown(null) }} />}
        {thrown !== null && !(stale && draft.overtaken) && <ErrorNote explained={explain(thrown)} onRetry={stale ? onReread : undefined} />}
      </div>
    </Dialog>
  )
}

function NotNow({ onClose }: { onClose: () => void }) {
  return <Button onClick={useClose(onClose)}>Not now</Button>
}
