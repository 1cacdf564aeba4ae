import { useParams } from 'react-router'
import { useSite } from '@/app/site'
import { ButtonLink } from '@/components/ui/button'
import { Page } from '@/components/ui/page'
import { RunView } from './RunView'

/** One run, under way or over. */
export default function RunPage() {
  const site = useSite()
  const { id = '' } = useParams()
  return (
    <Page>
      <RunView key={id} id={id} heading="Run" />
      <ButtonLink className="mt-6" to={`/automation?site=${site.id}`}>
        All runs
      </ButtonLink>
    </Page>
  )
}
