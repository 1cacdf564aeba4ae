import { useState } from 'react'
import { explain, type Explained } from '@/api/problem'
import type { ContentFull } from '@/api/writer/get-content'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Textarea } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/states'
import { reject } from './actions'

/** Sends an article back to the drafts, with what has to change. */
export function RejectDialog({ content, onClose, onDone }: { content: Pick<ContentFull, 'id' | 'site' | 'title'>; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Explained | null>(null)
  const go = async () => {
    setBusy(true)
    try {
      await reject(content, reason.trim(), onDone)
      onClose()
    } catch (thrown) {
      setFault(explain(thrown))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Send back to the drafts?"
      lead={content.title}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button look="solid" busy={busy} disabled={!reason.trim()} onClick={() => void go()}>
            Send back
          </Button>
        </>
      }
    >
      <Textarea label="What has to change" rows={3} autoFocus value={reason} onChange={(e) => setReason(e.target.value)} onKeyDown={(e) => e.key === 'Enter' && (e.ctrlKey || e.metaKey) && reason.trim() && void go()} />
      {fault && <ErrorNote explained={fault} className="mt-2" />}
    </Dialog>
  )
}
