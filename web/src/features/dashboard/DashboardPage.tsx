import { useQuery } from '@tanstack/react-query'
import { overviewQuery } from '@/api/account/overview'
import { useSite } from '@/app/site'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Page, PageHead } from '@/components/ui/page'
import { Activity } from './Activity'
import { CreditsCard } from './CreditsCard'
import { Needs } from './Needs'
import { Pipeline } from './Pipeline'
import { RunCard } from './RunCard'

/** How a site stands, what waits for a person, and what happens. */
export default function DashboardPage() {
  const site = useSite()
  const overview = useQuery(overviewQuery(site.id))
  return (
    <Page>
      <PageHead
        title={site.name}
        lead={[site.domain, site.settings.destination === 'preview' ? 'articles go to the preview' : 'articles go to WordPress'].filter(Boolean).join(' · ')}
        actions={
          <>
            <ButtonLink to={`/planner/keywords?site=${site.id}`}>
              <Icon name="key" /> Keywords
            </ButtonLink>
            <ButtonLink look="solid" to={`/automation?site=${site.id}`}>
              <Icon name="run" /> Run
            </ButtonLink>
          </>
        }
      />
      <div className="grid gap-4 lg:grid-cols-3">
        <div className="min-w-0 space-y-4 lg:col-span-2">
          <RunCard siteId={site.id} />
          <Pipeline siteId={site.id} />
          <Activity siteId={site.id} />
        </div>
        <div className="order-first min-w-0 space-y-4 lg:order-none">
          <Needs siteId={site.id} query={overview} />
          <CreditsCard />
        </div>
      </div>
    </Page>
  )
}
