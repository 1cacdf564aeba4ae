import { Link, useSearchParams } from 'react-router'
import { email, minLength, object, pipe, string, trim } from 'valibot'
import { register } from '@/api/auth/register'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/states'
import { useForm } from '@/lib/form'
import { Shell } from './Shell'

const schema = object({
  email: pipe(string(), trim(), email('Type an e-mail address, such as ann@example.com.')),
  password: pipe(string(), minLength(10, 'Take at least 10 characters.')),
  first_name: pipe(string(), trim()),
  account_name: pipe(string(), trim()),
})

export default function SignUpPage() {
  const [params] = useSearchParams()
  const form = useForm(schema, { email: '', password: '', first_name: '', account_name: '' }, (v) =>
    register({ email: v.email, password: v.password, password_confirm: v.password, first_name: v.first_name || undefined, account_name: v.account_name || undefined }),
  )
  return (
    <Shell
      title="Make an account"
      lead="With credits for your first articles. No card."
      below={
        <>
          You have one? <Link className="font-medium text-ember underline" to={{ pathname: '/signin', search: params.toString() }}>Sign in</Link>
        </>
      }
    >
      <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
        {form.failure && <ErrorNote explained={form.failure} />}
        <Input label="E-mail" type="email" autoComplete="username" autoFocus {...form.text('email')} />
        <Input label="Password" type="password" autoComplete="new-password" hint="At least 10 characters." {...form.text('password')} />
        <Input label="First name" hint="May be left empty." autoComplete="given-name" {...form.text('first_name')} />
        <Input label="Name of your team or company" hint="May be left empty." autoComplete="organization" {...form.text('account_name')} />
        <Button look="solid" type="submit" busy={form.busy} className="w-full">
          Make an account
        </Button>
      </form>
    </Shell>
  )
}
