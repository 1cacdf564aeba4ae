import { Page, PageHead } from '@/components/ui/page'

export default function OnboardingPage() {
  return (
    <Page>
      <PageHead title="Onboarding" />
    </Page>
  )
}
