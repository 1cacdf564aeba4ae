import { Page, PageHead } from '@/components/ui/page'

export default function ProfilePage() {
  return (
    <Page>
      <PageHead title="Profile" />
    </Page>
  )
}
