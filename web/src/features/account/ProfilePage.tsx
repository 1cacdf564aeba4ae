import { forward, minLength, nonEmpty, object, partialCheck, pipe, string } from 'valibot'
import { changePassword } from '@/api/auth/change-password'
import { logout } from '@/api/auth/logout'
import { useSession } from '@/api/session'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Input, Select } from '@/components/ui/field'
import { Page, PageHead } from '@/components/ui/page'
import { ErrorNote } from '@/components/ui/states'
import { date, title } from '@/lib/format'
import { useForm } from '@/lib/form'
import { useTheme, type Theme } from '@/stores/theme'
import { toast } from '@/stores/toasts'

const schema = pipe(
  object({ old_password: pipe(string(), nonEmpty('Type the password you have now.')), new_password: pipe(string(), minLength(10, 'Take at least 10 characters.')), again: string() }),
  forward(
    partialCheck([['new_password'], ['again']], (v) => v.new_password === v.again, 'The two are not the same.'),
    ['again'],
  ),
)
const empty = { old_password: '', new_password: '', again: '' }

export default function ProfilePage() {
  const user = useSession((s) => s.user)
  const theme = useTheme()
  const form = useForm(schema, empty, async (v, clear) => {
    await changePassword(v.old_password, v.new_password)
    clear()
    toast('The password was changed', { detail: 'All other sessions were ended.' })
  })
  if (!user) return null
  return (
    <Page narrow>
      <PageHead title="Profile" />
      <div className="space-y-4">
        <Card>
          <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
            {[
              ['Name', [user.first_name, user.last_name].filter(Boolean).join(' ') || '–'],
              ['E-mail', user.email],
              ['Account', `${user.account.name} (${title(user.account.status)})`],
              ['Role', title(user.role)],
              ['Since', date(user.created_at)],
            ].map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-faint">{name}</dt>
                <dd className="break-words">{value}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <Card title="Look">
          <Select
            label="Colours"
            value={theme.theme}
            choices={[
              { value: 'system', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
            onChange={(e) => theme.set(e.target.value as Theme)}
          />
        </Card>
        <Card title="Password">
          <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
            <input type="text" autoComplete="username" defaultValue={user.email} hidden readOnly />
            {form.failure && <ErrorNote explained={form.failure} />}
            <Input label="Password now" type="password" autoComplete="current-password" {...form.text('old_password')} />
            <Input label="New password" type="password" autoComplete="new-password" hint="At least 10 characters." {...form.text('new_password')} />
            <Input label="New password again" type="password" autoComplete="new-password" {...form.text('again')} />
            <Button look="solid" type="submit" busy={form.busy}>
              Change the password
            </Button>
          </form>
        </Card>
        <Button onClick={() => void logout()}>Sign out</Button>
      </div>
    </Page>
  )
}
