import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { boolean, nonEmpty, object, picklist, pipe, regex, string, trim } from 'valibot'
import { scheduleQuery, updateSchedule, type Schedule } from '@/api/automation/schedule'
import type { Site } from '@/api/types'
import { useSite } from '@/app/site'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Checkbox, Input, Select } from '@/components/ui/field'
import { Overtaken } from '@/components/ui/overtaken'
import { ErrorNote, Loaded } from '@/components/ui/states'
import { dateTime } from '@/lib/format'
import { useForm } from '@/lib/form'
import { toast } from '@/stores/toasts'
import { WithoutReview } from './WithoutReview'

/** When runs of the site start by themselves. */
export function ScheduleCard() {
  const site = useSite()
  const query = useQuery(scheduleQuery(site.id))
  return (
    <Card
      className="mt-6"
      title={
        <span className="flex items-center gap-2">
          Schedule <Badge tone={query.data?.is_enabled ? 'good' : 'plain'}>{query.data?.is_enabled ? 'On' : 'Off'}</Badge>
        </span>
      }
    >
      <Loaded query={query} rows={3}>
        {(schedule) => <Form key={site.id} schedule={schedule} site={site} />}
      </Loaded>
    </Card>
  )
}

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map((label, i) => ({ value: String(i + 1), label }))
const dates = Array.from({ length: 28 }, (_, i) => ({ value: String(i + 1), label: String(i + 1) }))
const frequencies = [
  { value: 'daily', label: 'Each day' },
  { value: 'weekly', label: 'Each week' },
  { value: 'monthly', label: 'Each month' },
]
const labels: Record<string, string> = { is_enabled: 'Start runs by themselves', frequency: 'How often', scheduled_time: 'At', timezone: 'Time zone', day_of_week: 'On', day_of_month: 'On the' }

const schema = object({
  is_enabled: boolean(),
  frequency: picklist(['daily', 'weekly', 'monthly']),
  scheduled_time: pipe(string(), trim(), regex(/^\d\d:\d\d$/, 'Type hours and minutes, such as 02:00.')),
  timezone: pipe(string(), trim(), nonEmpty('Type a time zone such as Europe/Berlin.')),
  day_of_week: string(),
  day_of_month: string(),
})

/** The zone of this browser: what a person means who has chosen none. */
const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

function Form({ schedule, site }: { schedule: Schedule; site: Site }) {
  const client = useQueryClient()
  const key = scheduleQuery(site.id).queryKey
  const form = useForm(
    schema,
    {
      is_enabled: schedule.is_enabled,
      frequency: schedule.frequency,
      scheduled_time: schedule.scheduled_time,
      timezone: schedule.version === 0 ? here() : schedule.timezone,
      day_of_week: String(schedule.day_of_week),
      day_of_month: String(schedule.day_of_month),
    },
    async (v, _, version) => {
      const saved = await updateSchedule(site.id, { ...v, day_of_week: Number(v.day_of_week), day_of_month: Number(v.day_of_month) }, version)
      client.setQueryData(key, saved)
      toast(saved.next_run_at ? `Saved: the next run starts at ${dateTime(saved.next_run_at)}` : 'Saved: no run starts by itself')
    },
    { version: schedule.version, again: () => client.invalidateQueries({ queryKey: key }) },
  )
  return (
    <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
      {form.failure && <ErrorNote explained={form.failure} />}
      <p role="status">
        {schedule.next_run_at ? (
          <>
            Next run at <time dateTime={schedule.next_run_at}>{dateTime(schedule.next_run_at)}</time>, on your clock.
          </>
        ) : (
          'No run starts by itself.'
        )}{' '}
        {schedule.last_due_at && schedule.last_run && (
          <Link className="text-ember underline" to={`/automation/runs/${schedule.last_run}?site=${site.id}`}>
            The last one: {dateTime(schedule.last_due_at)}
          </Link>
        )}
      </p>
      {schedule.last_due_at && schedule.last_skipped && (
        <p className="rounded-md border border-warn/40 bg-warn-wash p-3">
          <span className="font-medium">{dateTime(schedule.last_due_at)} was skipped:</span> {schedule.last_skipped}
        </p>
      )}
      <Checkbox label="Start runs by themselves" hint="A run costs what it does; it is not begun without credits for it." checked={form.values.is_enabled} onChange={(e) => form.set('is_enabled', e.target.checked)} />
      {form.values.is_enabled && site.settings.auto_publish_enabled && <WithoutReview site={site} />}
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        <Select label="How often" choices={frequencies} {...form.text('frequency')} />
        {form.values.frequency === 'weekly' && <Select label="On" choices={days} {...form.text('day_of_week')} />}
        {form.values.frequency === 'monthly' && <Select label="On the" choices={dates} {...form.text('day_of_month')} />}
        <Input label="At" hint="Hours and minutes, such as 02:00." inputMode="numeric" {...form.text('scheduled_time')} />
        <Input label="Time zone" hint="Summer time is kept." {...form.text('timezone')} />
      </div>
      {form.overtaken && <Overtaken {...form.overtaken} label={(name) => labels[name] ?? name} />}
      <Button type="submit" look="solid" busy={form.busy} disabled={form.overtaken !== null}>
        Save
      </Button>
    </form>
  )
}
