import { Page, PageHead } from '@/components/ui/page'

export default function SitesPage() {
  return (
    <Page>
      <PageHead title="Sites" />
    </Page>
  )
}
