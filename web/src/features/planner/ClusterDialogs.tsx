import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { newKey } from '@/api/client'
import { mergeClusters } from '@/api/planner/merge-clusters'
import { moveKeywords } from '@/api/planner/move-keywords'
import { splitCluster } from '@/api/planner/split-cluster'
import type { Applied, Cluster } from '@/api/types'
import { ClusterPicker } from '@/components/grid/ClusterPicker'
import { Confirm } from '@/components/ui/confirm'
import { Input } from '@/components/ui/field'
import { plural } from '@/lib/format'
import type { MembersAsked } from './ClusterMembers'
import { doneWithUndo } from './KeywordDialogs'

interface Props {
  site: string
  onClose: () => void
  onDone: () => void
}

/** Reads anew what a change of clusters changed, and tells it with the way back. */
function useTold(site: string, onDone: () => void) {
  const client = useQueryClient()
  const again = () => {
    void client.invalidateQueries({ queryKey: ['planner'] })
    onDone()
  }
  return (done: Applied, text: string) => {
    again()
    doneWithUndo(site, text, done.undo_version, again)
  }
}

/** Moves chosen keywords into another cluster, or into a new one. */
export function MoveMembers({ site, asked, onClose, onDone }: Props & { asked: MembersAsked }) {
  const [to, setTo] = useState('')
  const [name, setName] = useState('')
  const [key] = useState(newKey)
  const told = useTold(site, onDone)
  const split = asked.what === 'split'
  const n = plural(asked.keywords.length, 'keyword')
  const fresh = name.trim()
  return (
    <Confirm
      open
      onClose={onClose}
      title={split ? `Split ${n} off?` : `Move ${n}?`}
      lead={split ? 'They become a cluster of their own, and no clustering moves them again.' : 'No clustering moves them again, until you unlock them.'}
      action={split ? 'Split off' : 'Move'}
      cost={fresh || (to && !split) ? undefined : { estimated: 0, balance: 0, sufficient: false }}
      onConfirm={async () => {
        const done = split ? await splitCluster(site, asked.cluster.id, asked.keywords, fresh, asked.cluster.version, key) : await moveKeywords(site, asked.keywords, to ? { cluster_id: to } : { name: fresh }, key)
        told(done, `${plural(done.keywords, 'keyword')} moved${done.made > 0 ? `, “${fresh}” made` : ''}`)
      }}
    >
      <div className="grid gap-3">
        {!split && <ClusterPicker site={site} label="To the cluster" value={to} onPick={(c) => setTo(c?.id ?? '')} />}
        {(split || !to) && <Input label={split ? 'Name of the new cluster' : 'Or to a new one of this name'} maxLength={200} value={name} onChange={(e) => setName(e.target.value)} />}
      </div>
    </Confirm>
  )
}

/** Merges another cluster into this one. */
export function MergeCluster({ site, into, onClose, onDone }: Props & { into: Cluster }) {
  const [other, setOther] = useState<Cluster | null>(null)
  const [key] = useState(newKey)
  const told = useTold(site, onDone)
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Merge another into “${into.name}”?`}
      lead="All keywords of the other one come here and are locked; the other one ends."
      action="Merge"
      cost={other && other.id !== into.id ? undefined : { estimated: 0, balance: 0, sufficient: false }}
      onConfirm={async () => {
        const done = await mergeClusters(site, into.id, other ? [other.id] : [], into.version, key)
        told(done, `“${other?.name ?? ''}” merged: ${plural(done.keywords, 'keyword')} moved`)
      }}
    >
      <ClusterPicker site={site} label="The cluster that ends" value={other?.id ?? ''} onPick={setOther} />
    </Confirm>
  )
}
