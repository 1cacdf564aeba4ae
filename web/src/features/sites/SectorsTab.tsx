import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { industriesQuery } from '@/api/auth/industries'
import { setSectors } from '@/api/auth/set-sectors'
import type { Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Select } from '@/components/ui/field'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { toast } from '@/stores/toasts'
import { SectorChoice } from './SectorChoice'
import { useAttempt } from '@/lib/attempt'

export function SectorsTab({ site }: { site: Site }) {
  const query = useQuery(industriesQuery)
  const client = useQueryClient()
  const [industry, setIndustry] = useState(site.industry)
  const [chosen, setChosen] = useState(site.sectors.filter((s) => s.is_active).map((s) => s.slug))
  const { busy, fault, attempt } = useAttempt()
  const save = () =>
    attempt(async () => {
      await setSectors(site.id, industry, chosen)
      await client.invalidateQueries({ queryKey: ['sites'] })
      toast('Saved')
    })
  return (
    <Card>
      <Loaded query={query}>
        {(industries) => {
          const now = industries.find((i) => i.slug === industry || i.name === industry)
          return (
            <div className="space-y-4">
              {fault && <ErrorNote explained={fault} />}
              <Select
                label="Industry"
                value={now?.slug ?? ''}
                choices={industries.map((i) => ({ value: i.slug, label: i.name }))}
                onChange={(e) => {
                  setIndustry(e.target.value)
                  setChosen([])
                }}
              />
              {now && <SectorChoice industry={now} chosen={chosen} onChange={setChosen} />}
              <Button look="solid" busy={busy} disabled={chosen.length === 0} onClick={() => void save()}>
                Save
              </Button>
            </div>
          )
        }}
      </Loaded>
    </Card>
  )
}
