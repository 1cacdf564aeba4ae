import { Page, PageHead } from '@/components/ui/page'

export default function DashboardPage() {
  return (
    <Page>
      <PageHead title="Dashboard" />
    </Page>
  )
}
