import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { newKey } from '@/api/client'
import { createView } from '@/api/system/create-view'
import { deleteView } from '@/api/system/delete-view'
import { updateView } from '@/api/system/update-view'
import { viewsQuery, type ListName } from '@/api/system/list-views'
import { explain } from '@/api/problem'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Input } from '@/components/ui/field'
import { Icon } from '@/components/ui/icon'
import { Menu, MenuItem, MenuLabel, MenuLine } from '@/components/ui/menu'
import { ErrorNote } from '@/components/ui/states'
import { toast } from '@/stores/toasts'
import { useAttempt } from '@/lib/attempt'

/** The address of a list without what is not part of a view. */
export function viewQuery(params: URLSearchParams): string {
  const kept = new URLSearchParams(params)
  for (const name of ['site', 'page', 'item']) kept.delete(name)
  return kept.toString()
}

/** Saved views of a list: names for its filters, order and columns, which all members of the site see. */
export function ViewsMenu({ site, list }: { site: string; list: ListName }) {
  const [params, setParams] = useSearchParams()
  const client = useQueryClient()
  const { data: views = [] } = useQuery(viewsQuery(site, list))
  const [saving, setSaving] = useState(false)
  const now = viewQuery(params)
  const current = views.find((v) => v.query === now)
  const again = () => client.invalidateQueries({ queryKey: ['views', site, list] })
  const drop = async (id: string, name: string) => {
    try {
      await deleteView(site, id)
      await again()
      toast(`The view ${name} is gone`, { detail: 'The records that it showed are all there.' })
    } catch (thrown) {
      const why = explain(thrown)
      toast(why.cause, { tone: 'bad', detail: why.next })
    }
  }
  const put = async (id: string, name: string) => {
    try {
      await updateView(site, id, { list, name, query: now })
      await again()
      toast(`${name} shows this now`)
    } catch (thrown) {
      const why = explain(thrown)
      toast(why.cause, { tone: 'bad', detail: why.next })
    }
  }
  return (
    <>
      <Menu
        label="Saved views"
        trigger={
          <Button size="sm">
            {current ? current.name : 'Views'} <Icon name="down" className="size-3" />
          </Button>
        }
      >
        {views.length > 0 && <MenuLabel>Saved views</MenuLabel>}
        {views.map((v) => (
          <MenuItem key={v.id} icon={v === current ? 'check' : 'filter'} onSelect={() => setParams(new URLSearchParams(`site=${site}&${v.query}`))}>
            {v.name}
          </MenuItem>
        ))}
        {views.length > 0 && <MenuLine />}
        <MenuItem icon="plus" disabled={now === '' || current !== undefined} onSelect={() => setSaving(true)}>
          Save this view…
        </MenuItem>
        {!current && now !== '' && views.map((v) => (
          <MenuItem key={`put ${v.id}`} icon="edit" onSelect={() => void put(v.id, v.name)}>
            Put this in place of {v.name}
          </MenuItem>
        ))}
        {current && (
          <MenuItem icon="trash" danger onSelect={() => void drop(current.id, current.name)}>
            Delete the view {current.name}
          </MenuItem>
        )}
      </Menu>
      {saving && <Save site={site} list={list} query={now} onClose={() => setSaving(false)} onSaved={again} />}
    </>
  )
}

function Save({ site, list, query, onClose, onSaved }: { site: string; list: ListName; query: string; onClose: () => void; onSaved: () => Promise<void> }) {
  const [name, setName] = useState('')
  const { busy, fault, attempt } = useAttempt()
  const [key] = useState(newKey)
  const save = () =>
    attempt(async () => {
      await createView({ site_id: site, list, name, query }, key)
      await onSaved()
      toast(`Saved as ${name.trim()}`)
      onClose()
    })
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save this view"
      lead="Its filters, order and columns. Everyone who works on this site finds it here."
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="solid" busy={busy} disabled={name.trim() === ''} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <Input label="Name" autoFocus maxLength={80} value={name} onChange={(e) => setName(e.target.value)} onKeyDown={(e) => e.key === 'Enter' && name.trim() && void save()} />
      {fault && <ErrorNote explained={fault} className="mt-3" />}
    </Dialog>
  )
}
