import { useQuery, useQueryClient } from '@tanstack/react-query'
import { updateSite } from '@/api/auth/update-site'
import { vectorPriceQuery, type VectorPrice } from '@/api/planner/get-vector-price'
import { aiSettingsQuery } from '@/api/system/ai-settings'
import type { Data, Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { ModelFields, modelLabels } from '@/features/settings/ModelFields'
import { modelsSchema, type CompareBy, type ImageQuality } from '@/features/settings/modelsSchema'
import { useForm } from '@/lib/form'
import { count, plural } from '@/lib/format'
import { vectorCost } from '@/lib/vectors'
import { toast } from '@/stores/toasts'

export function SiteModelsTab({ site }: { site: Site }) {
  const query = useQuery(aiSettingsQuery)
  return (
    <Card>
      <Loaded query={query}>{(common) => <SiteModelsForm site={site} common={common} />}</Loaded>
    </Card>
  )
}

function SiteModelsForm({ site, common }: { site: Site; common: Data<'get_ai_settings'> }) {
  const client = useQueryClient()
  const s = site.settings
  // What is not the site's own choice is shown as what it follows.
  const price = useQuery(vectorPriceQuery({ site: site.id }))
  const own = (name: 'text_model' | 'image_model' | 'image_quality' | 'compare_by') => (s.own?.includes(name) ? s[name] : '')
  const form = useForm(modelsSchema, { text_model: own('text_model'), image_model: own('image_model'), image_quality: own('image_quality') as ImageQuality, compare_by: own('compare_by') as CompareBy }, async (v, _, version) => {
    await updateSite(site.id, { settings: v }, version)
    await client.invalidateQueries({ queryKey: ['sites'] })
    toast('Saved')
  }, { version: site.version, again: () => client.invalidateQueries({ queryKey: ['sites'] }) })
  return (
    <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
      {form.failure && <ErrorNote explained={form.failure} />}
      <ModelFields
        text={form.text('text_model')}
        image={form.text('image_model')}
        quality={form.text('image_quality')}
        compare={form.text('compare_by')}
        price={price.data ? priceOf(price.data) : price.error ? 'What OpenAI’s vectors would cost could not be read.' : 'Reading what OpenAI’s vectors would cost…'}
        follow={{ text: common.text_model || 'the program’s choice', image: common.image_model || 'the program’s choice', quality: common.image_quality ? `As all sites: ${common.image_quality}` : 'The model’s own', compare: `As all sites: ${common.compare_by === 'openai' ? 'OpenAI’s vectors' : 'the program’s own vectors'}` }}
      />
      {form.overtaken && <Overtaken {...form.overtaken} label={(name) => modelLabels[name] ?? name} />}
      <Button look="solid" type="submit" busy={form.busy} disabled={form.overtaken !== null}>
        Save
      </Button>
    </form>
  )
}

/** What vectors of a site's keywords cost, in a sentence. */
function priceOf(p: VectorPrice): string {
  if (p.texts === 0) return 'OpenAI’s vectors cost a credit for a thousand keywords, once.'
  const left = p.texts - p.stored
  if (left === 0) return `OpenAI’s vectors of this site’s ${plural(p.texts, 'keyword')} are bought: comparing by them costs nothing more.`
  const have = p.stored > 0 ? `${count(p.stored)} of them are bought already; the other ${count(left)} cost` : 'they cost'
  return `OpenAI’s vectors of this site’s ${plural(p.texts, 'keyword')}: ${have} ${vectorCost(p.credits, p.cost_micro_usd)}, once, when keywords are grouped next.`
}
