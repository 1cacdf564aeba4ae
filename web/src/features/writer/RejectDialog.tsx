import { useState } from 'react'
import type { ContentFull } from '@/api/writer/get-content'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Textarea } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/states'
import { reject } from './actions'
import { useAttempt } from '@/lib/attempt'

/** Sends an article back to the drafts, with what has to change. */
export function RejectDialog({ content, onClose, onDone }: { content: Pick<ContentFull, 'id' | 'site' | 'title'>; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState('')
  const { busy, fault, attempt } = useAttempt()
  const go = () =>
    attempt(async () => {
      await reject(content, reason.trim(), onDone)
      onClose()
    })
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
