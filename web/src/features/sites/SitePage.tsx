import { Page, PageHead } from '@/components/ui/page'

export default function SitePage() {
  return (
    <Page>
      <PageHead title="Site" />
    </Page>
  )
}
