import { Page, PageHead } from '@/components/ui/page'

export default function ModelsPage() {
  return (
    <Page>
      <PageHead title="Models" />
    </Page>
  )
}
