import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { updateSite } from '@/api/auth/update-site'
import { integrationsQuery } from '@/api/integration/list-integrations'
import { removeIntegration } from '@/api/integration/remove'
import { testConnection } from '@/api/integration/test-connection'
import { explain, type Explained } from '@/api/problem'
import type { Data, Integration, Site } from '@/api/types'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Confirm } from '@/components/ui/confirm'
import { Select } from '@/components/ui/field'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { since, title } from '@/lib/format'
import { toast } from '@/stores/toasts'
import { ConnectForm } from './ConnectForm'
import { ConnectionReport } from './ConnectionReport'
import { useAttempt } from '@/lib/attempt'

/** The connection to WordPress, and where articles go. */
export function IntegrationTab({ site }: { site: Site }) {
  const query = useQuery(integrationsQuery(site.id))
  return (
    <Loaded query={query}>
      {(all) => {
        const integration = all.find((i) => i.platform === 'wordpress')
        return (
          <div className="space-y-4">
            {integration && <Connection key={integration.id} integration={integration} siteId={site.id} />}
            <Card title={integration ? 'Change the connection' : 'Connect WordPress'}>
              <ConnectForm key={integration?.id ?? ''} siteId={site.id} address={site.domain} integration={integration} />
            </Card>
            <Destination site={site} connected={Boolean(integration)} />
          </div>
        )
      }}
    </Loaded>
  )
}

function Connection({ integration, siteId }: { integration: Integration; siteId: string }) {
  const client = useQueryClient()
  const [outcome, setOutcome] = useState<Data<'test_connection'> | null>(null)
  const { busy, fault, attempt } = useAttempt()
  const [removing, setRemoving] = useState(false)
  const test = () =>
    attempt(async () => {
      setOutcome(null)
      setOutcome(await testConnection(integration.id))
      await client.invalidateQueries({ queryKey: ['integrations', siteId] })
    })
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          WordPress <Badge tone={!integration.is_active ? 'plain' : integration.sync_error ? 'bad' : 'good'}>{integration.is_active ? title(integration.sync_status) : 'Off'}</Badge>
        </span>
      }
      action={
        <>
          <Button size="sm" busy={busy} onClick={() => void test()}>
            Test
          </Button>
          <Button size="sm" look="quiet" onClick={() => setRemoving(true)}>
            Disconnect…
          </Button>
        </>
      }
    >
      <p className="break-all">
        <a className="font-medium underline" href={integration.config_json.site_url} target="_blank" rel="noreferrer">
          {integration.config_json.site_url}
        </a>{' '}
        as {integration.config_json.username}
      </p>
      <p className="text-sm text-faint">{integration.last_sync_at ? `Last used ${since(integration.last_sync_at)}` : 'Not used yet'}</p>
      {integration.sync_error && <p className="mt-2 text-sm break-words text-bad">{integration.sync_error}</p>}
      <div className="mt-3 space-y-3 empty:hidden">
        {outcome && <ConnectionReport outcome={outcome} />}
        {fault && <ErrorNote explained={fault} />}
      </div>
      <Confirm
        open={removing}
        onClose={() => setRemoving(false)}
        title="Disconnect WordPress?"
        lead="What was published stays on the site. Nothing more is published there until it is connected again."
        action="Disconnect"
        danger
        onConfirm={async () => {
          await removeIntegration(integration.id)
          await client.invalidateQueries({ queryKey: ['integrations', siteId] })
          toast('WordPress was disconnected')
        }}
      />
    </Card>
  )
}

function Destination({ site, connected }: { site: Site; connected: boolean }) {
  const client = useQueryClient()
  const [fault, setFault] = useState<Explained | null>(null)
  const change = async (destination: string) => {
    setFault(null)
    try {
      await updateSite(site.id, { settings: { destination: destination as 'preview' | 'wordpress' } })
      await client.invalidateQueries({ queryKey: ['sites'] })
      toast('Saved')
    } catch (thrown) {
      setFault(explain(thrown))
    }
  }
  return (
    <Card title="Where articles go">
      <Select
        label="Destination"
        value={site.settings.destination}
        choices={[
          { value: 'preview', label: 'Preview, seen by you only' },
          { value: 'wordpress', label: 'WordPress', disabled: !connected },
        ]}
        hint={connected ? undefined : 'Connect WordPress first.'}
        onChange={(e) => void change(e.target.value)}
      />
      {fault && <ErrorNote explained={fault} className="mt-3" />}
    </Card>
  )
}
