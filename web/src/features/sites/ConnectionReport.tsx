import type { Data } from '@/api/types'
import { Icon } from '@/components/ui/icon'
import { cx } from '@/lib/cx'

/** What to do about it, where the message tells the cause alone. */
const next: Record<string, string> = {
  wordpress_login: 'Make a new one in WordPress under Users → Profile → Application Passwords, and paste it here. The password that one signs in with does not work.',
}

/** What a test of a connection found. */
export function ConnectionReport({ outcome }: { outcome: Data<'test_connection'> }) {
  const { report } = outcome
  return (
    <div role="status" className={cx('flex gap-2.5 rounded-md border p-3', outcome.success ? 'border-good/40 bg-good-wash' : 'border-bad/40 bg-bad-wash')}>
      <Icon name={outcome.success ? 'check' : 'warn'} className={cx('mt-0.5 size-4', outcome.success ? 'text-good' : 'text-bad')} />
      <div className="min-w-0">
        <p className="font-medium break-words">{outcome.message}</p>
        {next[outcome.code ?? ''] && <p className="text-soft">{next[outcome.code ?? '']}</p>}
        {report && (
          <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 text-sm text-soft">
            <Row name="Site" value={report.site} />
            <Row name="Signed in as" value={[report.user, report.roles.join(', ')].filter(Boolean).join(' · ')} />
            <Row name="WordPress" value={report.version} />
            <Row name="Missing" value={report.missing.join(', ')} />
            <Row name="Notes" value={report.notes.join(' ')} />
          </dl>
        )}
      </div>
    </div>
  )
}

const Row = ({ name, value }: { name: string; value: string }) =>
  value ? (
    <>
      <dt>{name}</dt>
      <dd className="break-words text-ink">{value}</dd>
    </>
  ) : null
