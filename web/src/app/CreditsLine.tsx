import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { balanceQuery } from '@/api/billing/balance'
import { Icon } from '@/components/ui/icon'
import { credits } from '@/lib/format'

/** What is left, always in sight. */
export function CreditsLine() {
  const { data } = useQuery(balanceQuery)
  if (!data) return null
  return (
    <Link to="/credits" className="mx-3 mb-1 flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-soft hover:bg-hover hover:text-ink">
      <Icon name="credits" />
      <span className="figures">{credits(data.credits)} credits left</span>
    </Link>
  )
}
