import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { boolean, check, maxLength, nonEmpty, object, pipe, string, trim } from 'valibot'
import { deleteSite } from '@/api/auth/delete-site'
import { updateSite } from '@/api/auth/update-site'
import type { Site } from '@/api/types'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Confirm } from '@/components/ui/confirm'
import { Checkbox, Input, Textarea } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote } from '@/components/ui/states'
import { useForm } from '@/lib/form'
import { toast } from '@/stores/toasts'

const whole = (from: number, to: number) =>
  check((text: string) => /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to, `Type a number from ${from} to ${to}.`)

const schema = object({
  name: pipe(string(), trim(), nonEmpty('Give the site a name.'), maxLength(100, 'At most 100 characters.')),
  description: pipe(string(), trim()),
  language: pipe(string(), trim(), nonEmpty('Type a language tag such as en or pt-BR.')),
  tone: pipe(string(), trim()),
  default_word_count: pipe(string(), trim(), whole(100, 10_000)),
  max_in_article_images: pipe(string(), trim(), whole(0, 20)),
  append_to_prompt: pipe(string(), trim()),
  auto_publish_enabled: boolean(),
})

const labels: Record<string, string> = {
  name: 'Name',
  description: 'What the site is about',
  language: 'Language',
  tone: 'Tone',
  default_word_count: 'Words in an article',
  max_in_article_images: 'Images in an article',
  append_to_prompt: 'What every writer should know',
  auto_publish_enabled: 'Publish without review',
}

export function GeneralTab({ site }: { site: Site }) {
  const client = useQueryClient()
  const s = site.settings
  const form = useForm(
    schema,
    {
      name: site.name,
      description: site.description ?? '',
      language: s.language,
      tone: s.tone ?? '',
      default_word_count: String(s.default_word_count),
      max_in_article_images: String(s.max_in_article_images),
      append_to_prompt: s.append_to_prompt ?? '',
      auto_publish_enabled: s.auto_publish_enabled,
    },
    async (v, _, version) => {
      const { name, description, default_word_count, max_in_article_images, ...rest } = v
      await updateSite(site.id, { name, description, settings: { ...rest, default_word_count: Number(default_word_count), max_in_article_images: Number(max_in_article_images) } }, version)
      await client.invalidateQueries({ queryKey: ['sites'] })
      toast('Saved')
    },
    { version: site.version, again: () => client.invalidateQueries({ queryKey: ['sites'] }) },
  )
  return (
    <div className="space-y-4">
      <Card>
        <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
          {form.failure && <ErrorNote explained={form.failure} />}
          <Input label="Name" {...form.text('name')} />
          <Textarea label="What the site is about" rows={2} {...form.text('description')} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Input label="Language" hint="A tag such as en or pt-BR." {...form.text('language')} />
            <Input label="Tone" hint="Such as: friendly, plain." {...form.text('tone')} />
            <Input label="Words in an article" inputMode="numeric" {...form.text('default_word_count')} />
            <Input label="Images in an article, at most" inputMode="numeric" {...form.text('max_in_article_images')} />
          </div>
          <Textarea label="What every writer should know" hint="Added to the prompt of each article." rows={3} {...form.text('append_to_prompt')} />
          <Checkbox
            label="Publish without review"
            hint="Articles of a run are published as soon as they are complete. Without it they wait for you."
            checked={form.values.auto_publish_enabled}
            onChange={(e) => form.set('auto_publish_enabled', e.target.checked)}
          />
          {form.overtaken && <Overtaken {...form.overtaken} label={(name) => labels[name] ?? name} />}
          <Button look="solid" type="submit" busy={form.busy} disabled={form.overtaken !== null}>
            Save
          </Button>
        </form>
      </Card>
      <DeleteSite site={site} />
    </div>
  )
}

function DeleteSite({ site }: { site: Site }) {
  const [open, setOpen] = useState(false)
  const client = useQueryClient()
  const navigate = useNavigate()
  return (
    <Card title="Delete the site">
      <p className="mb-3 text-soft">Its keywords, ideas, articles and images here go with it. What was published on WordPress stays there.</p>
      <Button onClick={() => setOpen(true)} className="text-bad">
        Delete {site.name}…
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title={`Delete ${site.name}?`}
        lead="This can’t be undone."
        action="Delete the site"
        danger
        onConfirm={async () => {
          await deleteSite(site.id)
          await client.invalidateQueries({ queryKey: ['sites'] })
          toast(`${site.name} was deleted`)
          await navigate('/sites')
        }}
      />
    </Card>
  )
}
