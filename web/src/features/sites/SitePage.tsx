import { useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'react-router'
import { sitesQuery } from '@/api/auth/list-sites'
import { ButtonLink } from '@/components/ui/button'
import { Page, PageHead } from '@/components/ui/page'
import { EmptyState, Loaded } from '@/components/ui/states'
import { Tabs } from '@/components/ui/tabs'
import { GeneralTab } from './GeneralTab'
import { IntegrationTab } from './IntegrationTab'
import { SectorsTab } from './SectorsTab'
import { SiteModelsTab } from './SiteModelsTab'

/** The settings of a site; which part is seen stands in the address. */
export default function SitePage() {
  const { id = '' } = useParams()
  const [params, setParams] = useSearchParams()
  const query = useQuery(sitesQuery)
  return (
    <Page narrow>
      <Loaded query={query}>
        {(sites) => {
          const site = sites.find((s) => s.id === id)
          if (!site)
            return (
              <>
                <h1 className="sr-only">Site</h1>
                <EmptyState icon="site" title="This site is not in your account" action={<ButtonLink to="/sites">All sites</ButtonLink>} />
              </>
            )
          return (
            <>
              <PageHead title={`Settings of ${site.name}`} actions={<ButtonLink to={`/?site=${site.id}`}>Dashboard</ButtonLink>} />
              <Tabs
                label="Settings"
                value={params.get('tab') ?? 'general'}
                onChange={(tab) => setParams(tab === 'general' ? {} : { tab })}
                tabs={[
                  { value: 'general', label: 'General', content: <GeneralTab site={site} key={site.id} /> },
                  { value: 'sectors', label: 'Sectors', content: <SectorsTab site={site} key={site.id} /> },
                  { value: 'models', label: 'Models', content: <SiteModelsTab site={site} key={site.id} /> },
                  { value: 'integration', label: 'Integration', content: <IntegrationTab site={site} /> },
                ]}
              />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
