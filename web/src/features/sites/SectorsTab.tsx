import { useQuery, useQueryClient } from '@tanstack/react-query'
import { industriesQuery } from '@/api/auth/industries'
import { setSectors } from '@/api/auth/set-sectors'
import { Problem } from '@/api/problem'
import type { Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Select } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { toast } from '@/stores/toasts'
import { SectorChoice } from './SectorChoice'
import { useAttempt } from '@/lib/attempt'
import { useDraft } from '@/lib/draft'

const sectorsOf = (site: Site) => ({ industry: site.industry, chosen: site.sectors.filter((s) => s.is_active).map((s) => s.slug) })

export function SectorsTab({ site }: { site: Site }) {
  const query = useQuery(industriesQuery)
  const client = useQueryClient()
  const draft = useDraft(site, sectorsOf)
  const { industry, chosen } = draft.now
  const { busy, fault, attempt, clear } = useAttempt()
  const save = () =>
    attempt(async () => {
      try {
        await setSectors(site.id, industry, chosen, draft.base.version)
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.status === 412) await client.invalidateQueries({ queryKey: ['sites'] })
        throw thrown
      }
      await client.invalidateQueries({ queryKey: ['sites'] })
      draft.clear()
      toast('Saved')
    })
  return (
    <Card>
      <Loaded query={query}>
        {(industries) => {
          const now = industries.find((i) => i.slug === industry || i.name === industry)
          return (
            <div className="space-y-4">
              {fault && !draft.overtaken && <ErrorNote explained={fault} />}
              <Select
                label="Industry"
                value={now?.slug ?? ''}
                choices={industries.map((i) => ({ value: i.slug, label: i.name }))}
                onChange={(e) => draft.set({ industry: e.target.value, chosen: [] })}
              />
              {now && <SectorChoice industry={now} chosen={chosen} onChange={(chosen) => draft.set({ chosen })} />}
              {draft.overtaken && <Overtaken lines={draft.overtaken} mine={Object.keys(draft.change)} label={(name) => (name === 'chosen' ? 'Sectors' : 'Industry')} onTake={() => { draft.rebase(); clear() }} />}
              <Button look="solid" busy={busy} disabled={chosen.length === 0 || draft.overtaken !== null} onClick={() => void save()}>
                Save
              </Button>
            </div>
          )
        }}
      </Loaded>
    </Card>
  )
}
