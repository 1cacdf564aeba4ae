import { useQuery } from '@tanstack/react-query'
import { balanceQuery } from '@/api/billing/balance'
import { Card, Figure } from '@/components/ui/card'
import { Page, PageHead } from '@/components/ui/page'
import { Loaded } from '@/components/ui/states'
import { credits, date } from '@/lib/format'
import { Ledger } from './Ledger'
import { Usage } from './Usage'

export default function CreditsPage() {
  const query = useQuery(balanceQuery)
  return (
    <Page>
      <PageHead title="Credits" lead="What you have, what it was used for, and each movement. Credits are held before work begins; what the work does not use comes back." />
      <div className="space-y-4">
        <Card>
          <Loaded query={query} rows={1}>
            {(b) => (
              <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
                <Figure label="Left">{credits(b.credits)}</Figure>
                <Figure label="Of your plan" hint={b.plan_expires_at ? `until ${date(b.plan_expires_at)}, used first` : 'used first'}>
                  {credits(b.plan_credits)}
                </Figure>
                <Figure label="Bonus">{credits(b.bonus_credits)}</Figure>
                <Figure label="Held for work under way">{credits(b.held_credits)}</Figure>
              </dl>
            )}
          </Loaded>
        </Card>
        <Usage />
        <Ledger />
      </div>
    </Page>
  )
}
