import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useSearchParams } from 'react-router'
import type { ListParams, ListReader } from '@/api/list'
import { useSite } from '@/app/site'
import { events, isKnown } from '@/lib/events'
import { useListState, type ListDefaults } from '@/lib/listState'
import { columnsWord, pickColumns, type GridColumn } from './columns'
import { PAGE, Rows } from './rows'
import { nothing, sizeOf, type Selection } from './selection'

export interface ListSpec<T, K extends string | number, F extends string> {
  /** Filters that the list knows and their defaults; a constant of the module. */
  defaults: ListDefaults<F>
  read: ListReader<T>
  columns: readonly GridColumn<T>[]
  rowKey: (row: T) => K
}

/** The query that a list's address stands for, without the page: what the API's filters take. */
export function paramsOf(query: Record<string, string | number>): ListParams {
  const out: ListParams = {}
  for (const [name, value] of Object.entries(query)) if (name !== 'page' && name !== 'page_size') out[name] = String(value)
  return out
}

/** A list: its state in the address, its rows, its selection. */
export function useList<T, K extends string | number, F extends string>(spec: ListSpec<T, K, F>) {
  const { read, columns: all, defaults } = spec
  const site = useSite()
  const list = useListState(defaults)
  const [params, setParams] = useSearchParams()
  const cols = params.get('cols')
  const columns = useMemo(() => pickColumns(all, cols), [all, cols])
  const [rows] = useState(() => new Rows<T>())
  const query = useMemo(() => paramsOf(list.query), [list.query])
  const word = useMemo(() => new URLSearchParams(query).toString(), [query])
  // A selection belongs to the query that it was made in.
  const [chosen, setChosen] = useState<{ word: string; selection: Selection<K> }>({ word, selection: nothing })
  const selection = chosen.word === word ? chosen.selection : nothing
  const select = useCallback((s: Selection<K>) => setChosen({ word, selection: s }), [word])
  useEffect(() => {
    const asked = Object.fromEntries(new URLSearchParams(word))
    rows.reset((page, signal) => read(site.id, asked, page, PAGE, signal))
    return () => rows.dispose()
  }, [rows, read, site.id, word])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const drop = events.listen((e, past) => {
      if (isKnown(e, past) || (e.site && e.site !== site.id)) return
      timer ??= setTimeout(() => {
        timer = undefined
        rows.refresh()
      }, 1500)
    })
    return () => {
      drop()
      clearTimeout(timer)
    }
  }, [rows, site.id])
  // The number alone: whether the list is busy is the grid's affair, and drawing the whole page for it costs.
  const count = useSyncExternalStore(rows.subscribe, () => rows.count)
  const setColumns = (keys: readonly string[]) =>
    setParams((now) => {
      const next = new URLSearchParams(now)
      const chosenColumns = columnsWord(all, keys)
      if (chosenColumns === null) next.delete('cols')
      else next.set('cols', chosenColumns)
      return next
    }, { replace: true })
  /** Sets or drops a parameter that is not the list's, such as the record that is open. */
  const setParam = (name: string, value: string | null) =>
    setParams((now) => {
      const next = new URLSearchParams(now)
      if (value === null) next.delete(name)
      else next.set(name, value)
      return next
    })
  return {
    site,
    list,
    rows,
    columns,
    allColumns: all,
    setColumns,
    query,
    word,
    selection,
    select,
    size: sizeOf(selection, count ?? 0),
    /** Of the rows; undefined until the first are there. */
    count,
    params,
    setParam,
    rowKey: spec.rowKey,
    /** The ids of the selection; of "all" they are read first. */
    async ids(most: number): Promise<K[]> {
      if (!selection.all) return [...selection.ids]
      return (await rows.ensure(0, Math.min(most, count ?? 0) - 1)).map(spec.rowKey)
    },
  }
}

export type UsedList<T, K extends string | number, F extends string> = ReturnType<typeof useList<T, K, F>>
