import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { object, string } from 'valibot'
import type { Prompt } from '@/api/types'
import { promptsQuery } from '@/api/system/prompts'
import { resetPrompt } from '@/api/system/reset-prompt'
import { savePrompt } from '@/api/system/save-prompt'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Confirm } from '@/components/ui/confirm'
import { Textarea } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { Page, PageHead } from '@/components/ui/page'
import { EmptyState, ErrorNote, Loaded } from '@/components/ui/states'
import { Tabs } from '@/components/ui/tabs'
import { useForm } from '@/lib/form'
import { since, title } from '@/lib/format'
import { toast } from '@/stores/toasts'

export default function PromptsPage() {
  const query = useQuery(promptsQuery)
  const [params, setParams] = useSearchParams()
  return (
    <Page>
      <PageHead title="Prompts" lead="What the models are told. A change counts from the next job on; what was asked before is not asked again." />
      <Loaded query={query}>
        {(prompts) => {
          const first = prompts[0]
          if (!first) return <EmptyState icon="prompt" title="No prompts to show" />
          const now = prompts.find((p) => p.prompt_type === params.get('type')) ?? first
          return (
            <Tabs
              label="Prompts"
              value={now.prompt_type}
              onChange={(type) => setParams({ type })}
              tabs={prompts.map((p) => ({ value: p.prompt_type, label: nameOf(p.prompt_type), content: <Editor key={p.prompt_type} prompt={p} /> }))}
            />
          )
        }}
      </Loaded>
    </Page>
  )
}

const schema = object({ prompt: string() })

const what: Record<string, string> = {
  ideas: 'Makes article ideas from a cluster of keywords.',
  content_generation: 'Writes an article from a task.',
  image_prompt_extraction: 'Describes the images that an article needs.',
}

const nameOf = (type: string) => ({ ideas: 'Ideas', content_generation: 'Articles', image_prompt_extraction: 'Images' })[type] ?? title(type)

function Editor({ prompt }: { prompt: Prompt }) {
  const client = useQueryClient()
  const [resetting, setResetting] = useState(false)
  const reread = () => client.invalidateQueries({ queryKey: ['prompts'] })
  const form = useForm(
    schema,
    { prompt: prompt.prompt },
    async (v, _, version) => {
      await savePrompt(prompt.prompt_type, v.prompt, version)
      await reread()
      toast('Saved: it counts from the next job on')
    },
    { version: prompt.version, again: reread },
  )
  const text = form.values.prompt
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          {nameOf(prompt.prompt_type)} {prompt.is_custom && <Badge tone="ember">Your own</Badge>}
          {prompt.is_custom && prompt.updated_at && <span className="text-xs font-normal text-faint">{since(prompt.updated_at)}</span>}
        </span>
      }
    >
      {what[prompt.prompt_type] && <p className="mb-3 text-soft">{what[prompt.prompt_type]}</p>}
      {form.failure && <ErrorNote explained={form.failure} className="mb-3" />}
      <Textarea label="Prompt" mono rows={18} spellCheck={false} {...form.text('prompt')} />
      {prompt.placeholders.length > 0 && (
        <div className="mt-3">
          <h3 className="text-sm">Placeholders</h3>
          <dl className="mt-1 grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
            {prompt.placeholders.map((p) => (
              <div key={p.name} className="contents">
                <dt className="font-mono">{p.name}</dt>
                <dd className="text-soft">{p.holds}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      {form.overtaken && (
        <div className="mt-4">
          <Overtaken {...form.overtaken} label={() => 'Prompt'} />
        </div>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <Button look="solid" busy={form.busy} disabled={text === prompt.prompt || form.overtaken !== null} onClick={() => void form.submit()}>
          Save
        </Button>
        <Button disabled={text === prompt.prompt} onClick={() => form.set('prompt', prompt.prompt)}>
          Undo changes
        </Button>
        {prompt.is_custom && (
          <Button look="quiet" onClick={() => setResetting(true)}>
            Back to the original…
          </Button>
        )}
      </div>
      <Confirm
        open={resetting}
        onClose={() => setResetting(false)}
        title="Back to the original prompt?"
        lead="Your own text is lost."
        action="Take the original"
        danger
        onConfirm={async () => {
          await resetPrompt(prompt.prompt_type)
          await client.invalidateQueries({ queryKey: ['prompts'] })
          toast('The original prompt is back')
        }}
      />
    </Card>
  )
}
