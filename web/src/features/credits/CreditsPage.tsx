import { Page, PageHead } from '@/components/ui/page'

export default function CreditsPage() {
  return (
    <Page>
      <PageHead title="Credits" />
    </Page>
  )
}
