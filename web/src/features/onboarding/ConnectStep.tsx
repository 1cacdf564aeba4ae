import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { integrationsQuery } from '@/api/integration/list-integrations'
import type { Integration, Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Loaded } from '@/components/ui/states'
import { ConnectForm } from '@/features/sites/ConnectForm'

/** WordPress, or the preview for now; where there is no preview, later. A connection that was tried before is gone on with. */
export function ConnectStep({ site, onDone }: { site: Site; onDone: () => void }) {
  const query = useQuery(integrationsQuery(site.id))
  return <Loaded query={query}>{(all) => <Connect site={site} integration={all.find((i) => i.platform === 'wordpress')} onDone={onDone} />}</Loaded>
}

function Connect({ site, integration, onDone }: { site: Site; integration: Integration | undefined; onDone: () => void }) {
  const [connected, setConnected] = useState(integration?.sync_status === 'success')
  return (
    <div className="space-y-4">
      <Card title="Publish to WordPress">
        <ConnectForm siteId={site.id} address={site.domain} integration={integration} onDone={setConnected} />
        {connected && (
          <Button look="solid" className="mt-4" onClick={onDone}>
            Go on
          </Button>
        )}
      </Card>
      {!connected &&
        (site.settings.destination === 'preview' ? (
          <Card title="Or look first">
            <p className="text-soft">Articles go to a preview that only you see. Connect WordPress whenever you like; nothing is published anywhere before that.</p>
            <Button className="mt-3" onClick={onDone}>
              Use the preview
            </Button>
          </Card>
        ) : (
          <Card title="Or later">
            <p className="text-soft">Articles are written and wait for your review. Connect WordPress whenever you like; nothing is published anywhere before that.</p>
            <Button className="mt-3" onClick={onDone}>
              Connect it later
            </Button>
          </Card>
        ))}
    </div>
  )
}
