import { Page, PageHead } from '@/components/ui/page'

export default function PromptsPage() {
  return (
    <Page>
      <PageHead title="Prompts" />
    </Page>
  )
}
