import { Link } from 'react-router'
import type { Site } from '@/api/types'

/** That what a run makes is published with nobody having read it. */
export function WithoutReview({ site }: { site: Site }) {
  return (
    <p className="mb-2 rounded-md border border-warn/40 bg-warn-wash p-3 text-sm">
      <span className="font-medium">Articles are published without review.</span> {site.name} is{' '}
      <Link className="underline" to={`/sites/${site.id}`}>
        set to publish
      </Link>{' '}
      what a run makes as soon as it is complete.
    </p>
  )
}
