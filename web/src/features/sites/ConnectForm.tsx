import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { nonEmpty, object, pipe, string, trim } from 'valibot'
import { updateSite } from '@/api/auth/update-site'
import { connect } from '@/api/integration/connect'
import { testConnection } from '@/api/integration/test-connection'
import { updateIntegration } from '@/api/integration/update'
import type { Data, Integration } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote } from '@/components/ui/states'
import { useForm } from '@/lib/form'
import { ConnectionReport } from './ConnectionReport'

const schema = object({
  site_url: pipe(string(), trim(), nonEmpty('Type the address of the WordPress site.')),
  username: pipe(string(), trim(), nonEmpty('Type the user’s name in WordPress.')),
  app_password: pipe(string(), trim()),
})

/** Connects a site to WordPress, or changes the connection, and tries it out. */
export function ConnectForm({ siteId, address = '', integration, onDone }: { siteId: string; address?: string; integration?: Integration | undefined; onDone?: (ok: boolean) => void }) {
  const client = useQueryClient()
  const [outcome, setOutcome] = useState<Data<'test_connection'> | null>(null)
  const [made, setMade] = useState(integration)
  // What was read last, or made here a moment ago: whichever is newer.
  const known = made && integration?.id === made.id && integration.version > made.version ? integration : made
  const form = useForm(schema, { site_url: known?.config_json.site_url ?? address, username: known?.config_json.username ?? '', app_password: '' }, async (v, _, version) => {
    setOutcome(null)
    const { app_password, ...rest } = v
    const saved = known ? await updateIntegration(known.id, { ...rest, ...(app_password ? { app_password } : {}) }, version) : await connect({ site_id: siteId, platform: 'wordpress', ...v })
    setMade(saved)
    const result = await testConnection(saved.id)
    setOutcome(result)
    if (result.success) await updateSite(siteId, { settings: { destination: 'wordpress' } })
    await client.invalidateQueries({ queryKey: ['integrations', siteId] })
    void client.invalidateQueries({ queryKey: ['sites'] })
    onDone?.(result.success)
  }, known && { version: known.version, again: () => client.invalidateQueries({ queryKey: ['integrations', siteId] }) })
  return (
    <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
      {form.failure && <ErrorNote explained={form.failure} />}
      <Input label="WordPress address" type="url" inputMode="url" autoComplete="url" placeholder="https://example.com" {...form.text('site_url')} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Input label="User name" autoComplete="off" {...form.text('username')} />
        <Input
          label="Application password"
          type="password"
          autoComplete="off"
          hint={known ? 'Leave it empty to keep the one we have.' : 'Made in WordPress under Users → Profile → Application Passwords.'}
          {...form.text('app_password')}
        />
      </div>
      {form.overtaken && <Overtaken {...form.overtaken} label={(name) => (name === 'site_url' ? 'WordPress address' : 'User name')} />}
      <Button look="solid" type="submit" busy={form.busy} disabled={form.overtaken !== null}>
        {known ? 'Save and test' : 'Connect and test'}
      </Button>
      {outcome && <ConnectionReport outcome={outcome} />}
    </form>
  )
}
