import { useEffect, useRef, useState, type ReactNode, type Ref } from 'react'
import type { ListName } from '@/api/system/list-views'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Menu, MenuCheck, MenuLabel } from '@/components/ui/menu'
import { Bleed, PageHead } from '@/components/ui/page'
import { EmptyState } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { count, plural } from '@/lib/format'
import { useClusterName } from './ClusterPicker'
import { FilterPanel } from './FilterPanel'
import { chipsOf, type FilterField } from './filters'
import { Grid, type GridHandle } from './Grid'
import { JobTray } from './JobTray'
import { nothing } from './selection'
import { Typed } from './typed'
import type { UsedList } from './useList'
import { ViewsMenu } from './ViewsMenu'

export interface ListFrameProps<T, K extends string | number, F extends string> {
  title: string
  /** One record and many, in words. */
  noun: [one: string, many: string]
  name: ListName
  used: UsedList<T, K, F>
  fields: readonly FilterField<F>[]
  /** A filter that stands in the open as a row of choices. */
  tabs?: { name: F; label: string; choices: readonly { value: string; label: string }[] }
  searchLabel: string
  actions?: ReactNode
  tools?: ReactNode
  /** What can be done with the selection. */
  bulk?: ReactNode
  totals?: ReactNode
  /** Shown when there is nothing at all, not even without filters. */
  empty: ReactNode
  onOpen?: (row: T) => void
  href?: (row: T) => string
  gridRef?: Ref<GridHandle<T>>
  children?: ReactNode
}

/** The page of a list: head, search, filters, views, columns, grid, totals, selection. */
export function ListFrame<T, K extends string | number, F extends string>(props: ListFrameProps<T, K, F>) {
  const { title, noun, name, used, fields, tabs, searchLabel, actions, tools, bulk, totals, empty, onOpen, href, gridRef, children } = props
  const { list, site, rows, columns, allColumns, count: found, selection, select, size } = used
  const [open, setOpen] = useState(false)
  const clusterField = fields.find((f) => f.kind === 'cluster')
  const clusterName = useClusterName(site.id, clusterField ? list.filters[clusterField.name] : '')
  const chips = chipsOf(fields, list.filters, () => clusterName)
  return (
    <Bleed>
      <PageHead title={title} actions={actions} />
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <SearchBox label={searchLabel} value={list.search} onChange={(search) => list.set({ search })} />
        {tabs && <Segments label={tabs.label} value={list.filters[tabs.name]} choices={tabs.choices} onChange={(v) => list.set({ filters: { [tabs.name]: v } as Partial<Record<F, string>> })} />}
        <span className="flex-1" />
        {fields.length > 0 && (
          <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="filter" className="size-3.5" /> Filters{chips.length > 0 && ` (${chips.length})`}
          </Button>
        )}
        <ViewsMenu site={site.id} list={name} />
        <Menu
          label="Columns"
          trigger={
            <Button size="sm" aria-label="Columns">
              <Icon name="columns" className="size-3.5" /> <span className="hidden sm:inline">Columns</span>
            </Button>
          }
        >
          <MenuLabel>Columns</MenuLabel>
          {allColumns.slice(1).map((c) => {
            const keys = columns.map((x) => x.key)
            return (
              <MenuCheck key={c.key} checked={keys.includes(c.key)} onChange={(on) => used.setColumns(on ? [...keys, c.key] : keys.filter((k) => k !== c.key))}>
                {c.head}
              </MenuCheck>
            )
          })}
        </Menu>
        {tools}
      </div>
      {open && <FilterPanel site={site.id} fields={fields} values={list.filters} onChange={(filters) => list.set({ filters })} />}
      {(chips.length > 0 || list.search) && (
        <ul aria-label="Filters that are on" className="mb-2 flex flex-wrap gap-1.5">
          {[...(list.search ? [{ label: `“${list.search}”`, drop: null }] : []), ...chips].map((chip) => (
            <li key={chip.label}>
              <button type="button" className="inline-flex h-6 items-center gap-1 rounded-sm bg-hover px-1.5 text-xs hover:text-bad" aria-label={`Take away the filter ${chip.label}`} onClick={() => list.set(chip.drop ? { filters: chip.drop } : { search: '' })}>
                {chip.label} <Icon name="close" className="size-3" />
              </button>
            </li>
          ))}
          {chips.length + (list.search ? 1 : 0) > 1 && (
            <li>
              <button type="button" className="h-6 px-1.5 text-xs text-soft underline" onClick={list.clear}>
                Take all away
              </button>
            </li>
          )}
        </ul>
      )}
      <JobTray />
      <Grid
        ref={gridRef}
        label={title}
        rows={rows}
        columns={columns}
        rowKey={used.rowKey}
        ordering={list.ordering}
        onOrder={(ordering) => list.set({ ordering })}
        selection={selection}
        onSelection={select}
        onOpen={onOpen}
        href={href}
        empty={
          list.active > 0 ? (
            <EmptyState icon="filter" title={`No ${noun[1]} match`} action={<Button onClick={list.clear}>Take all filters away</Button>}>
              The site has others, which these filters leave out.
            </EmptyState>
          ) : (
            empty
          )
        }
      />
      {size > 0 ? (
        <div role="region" aria-label="Selection" className="flex flex-wrap items-center gap-2 border-x border-t border-line bg-ember-wash px-3 py-2">
          <p aria-live="polite" className="figures font-medium">
            {plural(size, noun[0], noun[1])} selected{selection.all && list.active > 0 ? ', all that match' : ''}
          </p>
          {!selection.all && found !== undefined && size < found && (
            <button type="button" className="text-sm text-ember underline" onClick={() => select({ all: true })}>
              Select all {count(found)}
            </button>
          )}
          <span className="flex-1" />
          {bulk}
          <Button size="icon" look="quiet" aria-label="Drop the selection" onClick={() => select(nothing)}>
            <Icon name="close" />
          </Button>
        </div>
      ) : null}
      <div aria-live="polite" className="figures flex min-h-9 flex-wrap items-center gap-x-4 border border-line bg-panel px-3 py-1.5 text-sm text-soft sm:mb-4 sm:rounded-b-lg">
        <span>{found === undefined ? 'Loading…' : plural(found, noun[0], noun[1])}</span>
        {totals}
      </div>
      {children}
    </Bleed>
  )
}

/** Longer than between two keys of who types on, so that nothing is asked for, nor drawn, in between. */
const PAUSE_MS = 150

/** A search that waits for a pause in the typing before it asks. */
export function SearchBox({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const box = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [typed] = useState(() => new Typed(value))
  useEffect(() => {
    if (!typed.show(value) || !box.current) return
    clearTimeout(timer.current)
    box.current.value = value
  }, [typed, value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const send = (text: string) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const asked = text.trim()
      if (typed.send(asked)) onChange(asked)
    }, PAUSE_MS)
  }
  return (
    <div className="relative w-full sm:w-64">
      <Icon name="search" className="pointer-events-none absolute top-1.5 left-2 size-4 text-faint" />
      <input
        ref={box}
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        defaultValue={value}
        maxLength={200}
        onInput={(e) => send(e.currentTarget.value)}
        onKeyDown={(e) => e.key === 'Escape' && e.currentTarget.blur()}
        className="h-7 w-full rounded-md border border-edge bg-panel pr-2 pl-7 text-sm"
      />
    </div>
  )
}

/** A few choices side by side, of which one is on. */
export function Segments({ label, value, choices, onChange }: { label: string; value: string; choices: readonly { value: string; label: string }[]; onChange: (value: string) => void }) {
  return (
    <div role="group" aria-label={label} className="flex max-w-full overflow-x-auto rounded-md border border-line bg-panel p-0.5">
      {choices.map((c) => (
        <button key={c.value} type="button" aria-pressed={c.value === value} onClick={() => onChange(c.value)} className={cx('h-6 rounded-sm px-2 text-sm whitespace-nowrap', c.value === value ? 'bg-hover font-medium text-ink' : 'text-soft hover:text-ink')}>
          {c.label}
        </button>
      ))}
    </div>
  )
}
