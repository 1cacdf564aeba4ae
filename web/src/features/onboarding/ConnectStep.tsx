import { useState } from 'react'
import type { Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ConnectForm } from '@/features/sites/ConnectForm'

/** WordPress, or the preview for now; where there is no preview, later. */
export function ConnectStep({ site, onDone }: { site: Site; onDone: () => void }) {
  const [connected, setConnected] = useState(false)
  return (
    <div className="space-y-4">
      <Card title="Publish to WordPress">
        <ConnectForm siteId={site.id} address={site.domain} onDone={setConnected} />
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
