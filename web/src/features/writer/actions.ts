import { newKey } from '@/api/client'
import type { ContentFull } from '@/api/writer/get-content'
import { approveContent } from '@/api/writer/approve-content'
import { publishContent } from '@/api/writer/publish-content'
import { rejectContent } from '@/api/writer/reject-content'
import { toReview } from '@/api/writer/to-review'
import { tell } from '@/components/grid/Actions'
import { useJobs } from '@/stores/jobs'
import { toast } from '@/stores/toasts'

type Some = Pick<ContentFull, 'id' | 'site' | 'title'>

const undoing = (what: () => Promise<unknown>, after: () => void) => ({
  label: 'Undo',
  run: () =>
    void what().then(
      () => {
        toast('Back in review')
        after()
      },
      (thrown: unknown) => tell(thrown),
    ),
})

/** Stands for an article; the way back puts it into review again. */
export async function approve(c: Some, after: () => void): Promise<boolean> {
  try {
    await approveContent(c.site, c.id)
    after()
    toast(`Approved: ${c.title}`, { action: undoing(() => rejectContent(c.site, c.id, 'The approval was taken back.').then(() => toReview(c.site, c.id)), after) })
    return true
  } catch (thrown) {
    tell(thrown)
    return false
  }
}

/** Sends it back to the drafts; the way back puts it into review again. */
export async function reject(c: Some, reason: string, after: () => void) {
  await rejectContent(c.site, c.id, reason)
  after()
  toast(`Back to the drafts: ${c.title}`, { action: undoing(() => toReview(c.site, c.id), after) })
}

/** Puts a draft into review again, with the pictures that it has. */
export async function review(c: Some, after: () => void) {
  try {
    await toReview(c.site, c.id)
    after()
    toast(`In review: ${c.title}`)
  } catch (thrown) {
    tell(thrown)
  }
}

/** Publishes it: a job that is followed. What is on the site can't be taken back from here. */
export async function publish(c: Some, after: () => void) {
  try {
    const job = await publishContent(c.site, c.id, newKey())
    useJobs.getState().follow(`Publishing: ${c.title}`, [job.id])
    after()
  } catch (thrown) {
    tell(thrown)
  }
}
