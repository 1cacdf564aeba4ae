import { useState } from 'react'
import { newKey } from '@/api/client'
import type { Chosen } from '@/api/list'
import type { Job, Site } from '@/api/types'
import { MOST } from '@/components/grid/Actions'
import { Confirm } from '@/components/ui/confirm'
import { plural } from '@/lib/format'
import { useJobs } from '@/stores/jobs'

/** Publishes several articles, after a question: what is on the site can't be taken back from here. */
export function AskPublish({ site, size, ids, ask, onClose, onDone }: { site: Site; size: number; ids: () => Promise<string[]>; ask: (chosen: Chosen, key: string) => Promise<Job[] | null>; onClose: () => void; onDone: () => void }) {
  const [key] = useState(newKey)
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Publish ${plural(size, 'article')}?`}
      lead={`They go to ${site.domain || site.name}, each once, with their images. It costs no credits.`}
      action="Publish"
      onConfirm={async () => {
        const jobs = (await ask({ site_id: site.id, ids: await ids() }, key)) ?? []
        useJobs.getState().follow(`Publishing ${plural(jobs.length, 'article')}`, jobs.map((j) => j.id))
        onDone()
      }}
    >
      {size > MOST && <p className="text-bad">At most {MOST} at once: select fewer.</p>}
    </Confirm>
  )
}
