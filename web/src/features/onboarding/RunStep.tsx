import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { estimateQuery } from '@/api/automation/estimate-run'
import { runNow } from '@/api/automation/run-now'
import { newKey } from '@/api/client'
import { explain, type Explained } from '@/api/problem'
import type { Site } from '@/api/types'
import { Button, ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CostLine } from '@/components/ui/confirm'
import { ErrorNote, Loaded } from '@/components/ui/states'

/** What the first run costs, and its start. */
export function RunStep({ site }: { site: Site }) {
  const query = useQuery(estimateQuery(site.id))
  const client = useQueryClient()
  const navigate = useNavigate()
  const key = useRef(newKey())
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Explained | null>(null)
  const start = async () => {
    setBusy(true)
    setFault(null)
    try {
      await runNow(site.id, key.current)
      await client.invalidateQueries({ queryKey: ['automation'] })
      await navigate(`/?site=${site.id}`)
    } catch (thrown) {
      setFault(explain(thrown, true))
      setBusy(false)
    }
  }
  return (
    <Card title="The first run">
      <p className="text-soft">Keywords are grouped, each group becomes ideas, each idea an illustrated article. {site.settings.auto_publish_enabled ? 'They are published as soon as they are complete.' : 'Then it is your turn: you read them, and publish what you like.'} You can pause at any time.</p>
      <Loaded query={query} rows={2}>
        {(e) => (
          <>
            <CostLine cost={{ estimated: e.estimated_credits, balance: e.current_balance, sufficient: e.sufficient }} />
            {fault && <ErrorNote explained={fault} className="mt-3" />}
            <div className="mt-4 flex flex-wrap gap-2">
              <Button look="solid" busy={busy} disabled={!e.sufficient} onClick={() => void start()}>
                Start the run
              </Button>
              <ButtonLink to={`/?site=${site.id}`}>Later</ButtonLink>
            </div>
          </>
        )}
      </Loaded>
    </Card>
  )
}
