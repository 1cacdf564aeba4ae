import { useQuery, useQueryClient } from '@tanstack/react-query'
import { aiSettingsQuery } from '@/api/system/ai-settings'
import { updateAiSettings } from '@/api/system/update-ai-settings'
import type { Data } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Overtaken } from '@/components/ui/overtaken'
import { Page, PageHead } from '@/components/ui/page'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { useForm } from '@/lib/form'
import { toast } from '@/stores/toasts'
import { ModelFields, modelLabels } from './ModelFields'
import { modelsSchema, type CompareBy, type ImageQuality } from './modelsSchema'

export default function ModelsPage() {
  const query = useQuery(aiSettingsQuery)
  return (
    <Page narrow>
      <PageHead title="AI models" lead="For all sites that have not chosen their own. A choice counts from the next job on; what is under way is finished as it began." />
      <Card>
        <Loaded query={query} rows={3}>
          {(settings) => <ModelsForm settings={settings} />}
        </Loaded>
      </Card>
    </Page>
  )
}

function ModelsForm({ settings }: { settings: Data<'get_ai_settings'> }) {
  const client = useQueryClient()
  const form = useForm(modelsSchema, { text_model: settings.text_model, image_model: settings.image_model, image_quality: settings.image_quality as ImageQuality, compare_by: settings.compare_by as CompareBy }, async (v, _, version) => {
    const saved = await updateAiSettings(v, version)
    client.setQueryData(aiSettingsQuery.queryKey, saved)
    await client.invalidateQueries({ queryKey: ['sites'] })
    toast('Saved')
  }, { version: settings.version, again: () => client.invalidateQueries({ queryKey: aiSettingsQuery.queryKey }) })
  return (
    <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
      {form.failure && <ErrorNote explained={form.failure} />}
      <ModelFields text={form.text('text_model')} image={form.text('image_model')} quality={form.text('image_quality')} compare={form.text('compare_by')} price="OpenAI’s vectors are bought once for each keyword of the account: a credit for a thousand. What a site’s keywords would cost stands with the site’s own choice." follow={{ text: 'the program’s choice', image: 'the program’s choice', quality: 'The model’s own', compare: 'The program’s own vectors' }} />
      {form.overtaken && <Overtaken {...form.overtaken} label={(name) => modelLabels[name] ?? name} />}
      <Button look="solid" type="submit" busy={form.busy} disabled={form.overtaken !== null}>
        Save
      </Button>
    </form>
  )
}
