import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { check, nonEmpty, object, pipe, string, trim } from 'valibot'
import { createSite } from '@/api/auth/create-site'
import { industriesQuery } from '@/api/auth/industries'
import { newKey } from '@/api/client'
import type { Industry } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Input, Select } from '@/components/ui/field'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { SectorChoice } from '@/features/sites/SectorChoice'
import { useForm } from '@/lib/form'
import { useLastSite } from '@/stores/site'
import { addressOf, guessIndustries, nameOf } from './guess'

export function SiteStep({ onDone }: { onDone: (siteId: string) => void }) {
  const query = useQuery(industriesQuery)
  return <Loaded query={query}>{(industries) => <SiteForm industries={industries} onDone={onDone} />}</Loaded>
}

const schema = object({
  domain: pipe(string(), trim(), check((d) => d === '' || addressOf(d) !== '', 'This is no address: type it as example.com, or leave it empty.')),
  name: pipe(string(), trim(), nonEmpty('Give the site a name.')),
  industry: pipe(string(), nonEmpty('Choose what the site is about.')),
})

function SiteForm({ industries, onDone }: { industries: Industry[]; onDone: (siteId: string) => void }) {
  const client = useQueryClient()
  const setLast = useLastSite((s) => s.set)
  const key = useRef(newKey())
  const [sectors, setSectors] = useState<string[]>([])
  const form = useForm(schema, { domain: '', name: '', industry: '' }, async (v) => {
    const site = await createSite({ name: v.name, domain: addressOf(v.domain) || undefined, industry: v.industry, sectors }, key.current)
    setLast(site.id)
    await client.invalidateQueries({ queryKey: ['sites'] })
    onDone(site.id)
  })
  const { domain, name, industry } = form.values
  const guesses = useMemo(() => guessIndustries(industries, `${domain} ${name}`), [industries, domain, name])
  const chosen = industries.find((i) => i.slug === industry)
  const choose = (slug: string) => {
    form.set('industry', slug)
    // All of them, as far as they fit: taking some away is quicker than finding them.
    setSectors((industries.find((i) => i.slug === slug)?.sectors ?? []).slice(0, 5).map((s) => s.slug))
    key.current = newKey()
  }
  return (
    <Card>
      <form noValidate className="space-y-5" onSubmit={(e) => void form.submit(e)}>
        {form.failure && <ErrorNote explained={form.failure} />}
        <Input
          label="Address of your site"
          autoFocus
          inputMode="url"
          placeholder="example.com"
          hint="May be left empty: articles can be read as a preview first."
          {...form.text('domain')}
          onBlur={() => {
            if (!name && addressOf(domain)) form.set('name', nameOf(domain))
            if (!industry && guesses[0]) choose(guesses[0].slug)
          }}
        />
        <Input label="Name" {...form.text('name')} />
        <Select
          label="Industry"
          hint={guesses.length > 0 && chosen && guesses.includes(chosen) ? 'Guessed from the address: change it if it is wrong.' : undefined}
          fault={form.faults.industry}
          value={industry}
          onChange={(e) => choose(e.target.value)}
          choices={[{ value: '', label: 'What is the site about?' }, ...[...guesses, ...industries.filter((i) => !guesses.includes(i))].map((i) => ({ value: i.slug, label: i.name }))]}
        />
        {chosen && <SectorChoice industry={chosen} chosen={sectors} onChange={setSectors} />}
        <Button look="solid" type="submit" busy={form.busy} disabled={chosen && sectors.length === 0}>
          Make the site
        </Button>
      </form>
    </Card>
  )
}
