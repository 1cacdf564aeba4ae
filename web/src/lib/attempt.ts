import { useState } from 'react'
import { explain, type Explained } from '@/api/problem'

/**
 * Something that a person asks for and that may be refused: whether it is under way, and why it
 * was refused. `attempt` does it; `spends` when it costs credits, so that the refusal tells of them.
 */
export function useAttempt(spends = false) {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Explained | null>(null)
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setFault(null)
    try {
      await work()
    } catch (thrown) {
      setFault(explain(thrown, spends))
    } finally {
      setBusy(false)
    }
  }
  return { busy, fault, attempt, clear: () => setFault(null) }
}
