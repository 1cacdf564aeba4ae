import { useQuery, useQueryClient } from '@tanstack/react-query'
import { updateSite } from '@/api/auth/update-site'
import { aiSettingsQuery } from '@/api/system/ai-settings'
import type { Data, Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { ModelFields, modelLabels } from '@/features/settings/ModelFields'
import { modelsSchema, type ImageQuality } from '@/features/settings/modelsSchema'
import { useForm } from '@/lib/form'
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
  const own = (name: 'text_model' | 'image_model' | 'image_quality') => (s.own?.includes(name) ? s[name] : '')
  const form = useForm(modelsSchema, { text_model: own('text_model'), image_model: own('image_model'), image_quality: own('image_quality') as ImageQuality }, async (v, _, version) => {
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
        follow={{ text: common.text_model || 'the program’s choice', image: common.image_model || 'the program’s choice', quality: common.image_quality ? `As all sites: ${common.image_quality}` : 'The model’s own' }}
      />
      {form.overtaken && <Overtaken {...form.overtaken} label={(name) => modelLabels[name] ?? name} />}
      <Button look="solid" type="submit" busy={form.busy} disabled={form.overtaken !== null}>
        Save
      </Button>
    </form>
  )
}
