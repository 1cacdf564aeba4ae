import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { getCluster } from '@/api/planner/get-cluster'
import { listClusters } from '@/api/planner/list-clusters'
import type { Cluster } from '@/api/types'
import { cx } from '@/lib/cx'
import { count } from '@/lib/format'

/** The name of a cluster, from what was picked before, else asked for. */
export function useClusterName(site: string, id: string): string | undefined {
  const { data } = useQuery({ queryKey: ['planner', 'cluster-name', site, id], enabled: id !== '', staleTime: Infinity, retry: false, queryFn: async ({ signal }) => (await getCluster(site, id, signal)).name })
  return data
}

/** Finds a cluster by some letters of its name. */
export function ClusterPicker({ site, label, value, onPick }: { site: string; label: string; value: string; onPick: (cluster: Cluster | null) => void }) {
  const id = useId()
  const [text, setText] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const name = useClusterName(site, value)
  const open = text !== null
  const { data } = useQuery({
    queryKey: ['planner', 'cluster-picker', site, text ?? ''],
    enabled: open,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => listClusters(site, { ordering: 'name', ...(text ? { search: text } : {}) }, 1, 12, signal),
  })
  const found = data?.results ?? []
  const pick = (cluster: Cluster | null) => {
    onPick(cluster)
    setText(null)
  }
  const onKey = (e: React.KeyboardEvent) => {
    if (e.key === 'Escape' && open) {
      // It closes the list, not the dialog that the list is in.
      e.preventDefault()
      e.stopPropagation()
      setText(null)
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step && found.length > 0) {
      e.preventDefault()
      setAt((at + step + found.length) % found.length)
    }
    if (e.key === 'Enter' && open) {
      e.preventDefault()
      const cluster = found[at]
      if (cluster) pick(cluster)
    }
  }
  return (
    <div className="relative min-w-0">
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && found[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        placeholder="Any"
        value={text ?? (value ? (name ?? '…') : '')}
        onFocus={() => setText('')}
        onBlur={() => setText(null)}
        onChange={(e) => {
          setText(e.target.value)
          setAt(0)
          if (e.target.value === '' && value) onPick(null)
        }}
        onKeyDown={onKey}
        className="h-9 w-full rounded-md border border-edge bg-panel px-2.5"
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!open} className="absolute inset-x-0 top-full z-20 mt-1 max-h-64 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-pop">
        {value !== '' && (
          <li role="option" aria-selected={false} onMouseDown={() => pick(null)} className="cursor-pointer rounded-sm px-2 py-1.5 text-soft hover:bg-hover">
            Any cluster
          </li>
        )}
        {found.map((c, i) => (
          <li key={c.id} id={`${id}-${i}`} role="option" aria-selected={c.id === value} onMouseDown={() => pick(c)} onMouseMove={() => setAt(i)} className={cx('flex cursor-pointer gap-2 rounded-sm px-2 py-1.5', i === at && 'bg-hover')}>
            <span className="min-w-0 flex-1 truncate">{c.name}</span>
            <span className="figures text-xs text-faint">{count(c.keywords_count)}</span>
          </li>
        ))}
        {data && found.length === 0 && (
          <li role="option" aria-selected={false} aria-disabled className="px-2 py-1.5 text-soft">
            No cluster is called that
          </li>
        )}
      </ul>
    </div>
  )
}
