import { Link, useSearchParams } from 'react-router'
import { nonEmpty, object, pipe, string } from 'valibot'
import { login } from '@/api/auth/login'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/field'
import { ErrorNote } from '@/components/ui/states'
import { useForm } from '@/lib/form'
import { Shell } from './Shell'

const schema = object({ email: pipe(string(), nonEmpty('Type your e-mail address.')), password: pipe(string(), nonEmpty('Type your password.')) })

export default function SignInPage() {
  const [params] = useSearchParams()
  const form = useForm(schema, { email: params.get('email') ?? '', password: '' }, (v) => login(v.email.trim(), v.password))
  return (
    <Shell
      title="Sign in"
      lead="From keywords to published articles."
      below={
        <>
          New here? <Link className="font-medium text-ember underline" to={{ pathname: '/signup', search: params.toString() }}>Make an account</Link>
        </>
      }
    >
      <form noValidate className="space-y-4" onSubmit={(e) => void form.submit(e)}>
        {form.failure && <ErrorNote explained={form.failure} />}
        <Input label="E-mail" type="email" autoComplete="username" autoFocus={!form.values.email} {...form.text('email')} />
        <Input label="Password" type="password" autoComplete="current-password" autoFocus={Boolean(form.values.email)} {...form.text('password')} />
        <Button look="solid" type="submit" busy={form.busy} className="w-full">
          Sign in
        </Button>
      </form>
    </Shell>
  )
}
