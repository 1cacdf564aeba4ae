import { useQuery } from '@tanstack/react-query'
import { balanceQuery } from '@/api/billing/balance'
import { ButtonLink } from '@/components/ui/button'
import { Card, Figure } from '@/components/ui/card'
import { Loaded } from '@/components/ui/states'
import { credits } from '@/lib/format'

export function CreditsCard() {
  const query = useQuery(balanceQuery)
  return (
    <Card title="Credits" action={<ButtonLink size="sm" look="quiet" to="/credits">Ledger</ButtonLink>}>
      <Loaded query={query} rows={1}>
        {(b) => (
          <dl className="grid grid-cols-2 gap-3">
            <Figure label="Left">{credits(b.credits)}</Figure>
            <Figure label="Held for work" hint={b.held_credits > 0 ? 'What is not used comes back.' : undefined}>
              {credits(b.held_credits)}
            </Figure>
          </dl>
        )}
      </Loaded>
    </Card>
  )
}
