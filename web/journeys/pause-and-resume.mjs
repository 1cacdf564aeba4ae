// A run is paused while calls are in flight, looked at again after a reload, resumed, reloaded, and ends: nothing begins
// while it is paused, nothing is bought twice, each article is one post.
import assert from 'node:assert/strict'
import { begin, card, newcomer, posts, provider, publishAll, runs, startRun, until } from './stage.mjs'

const journey = await begin('pause')
const { page, hand, look, step, end, button } = journey

await step('a newcomer comes to the first run', () => newcomer(journey, 'pause@example.com'))

await step('the run starts, articles are being written', async () => {
  await provider.hold() // a person's hand may be slower than a call
  await startRun(journey)
  await card(page, 'Tasks → Content').getByText('Under way').waitFor()
  await page.getByText(/^Now: /).first().waitFor()
  await until('an article is being written', async () => (await provider.requests()).some((r) => r.status === 0))
})

let inFlight
await step('pause tells the calls in flight', async () => {
  await hand.click(button('Pause'))
  const told = page.getByText(/calls? in flight (is|are) finished first: (it is|they are) paid for\./)
  await told.waitFor()
  inFlight = Number(/(\d+) calls?/.exec(await told.innerText())[1])
  assert.ok(inFlight >= 1, 'calls are in flight')
  await page.getByText('You paused it.').waitFor()
})

await step('a reload before the calls in flight are over finds it paused; they are finished, nothing new begins', async () => {
  await hand.reload()
  await page.getByText('You paused it.').waitFor()
  await button('Resume').waitFor()
  const begun = await provider.requests() // all that was in flight at the pause is held, and what may have begun after it
  const held = begun.filter((r) => r.status === 0).length
  assert.ok(held >= 1 && held <= inFlight, `${held} calls are in flight, and ${inFlight} were told`)
  await provider.mend()
  await until('the calls in flight are finished', async () => (await provider.requests()).every((r) => r.status !== 0))
  await look('paused')
  assert.equal((await provider.requests()).length, begun.length, 'calls, of which none began later')
})

await step('resume, a reload in the middle, and it ends', async () => {
  await provider.slow(500)
  await hand.click(button('Resume'))
  await button('Pause').waitFor()
  await hand.reload()
  await page.getByRole('link', { name: 'Review articles' }).waitFor({ timeout: 120_000 })
  await page.getByText('Nothing has failed.').waitFor()
  await look('over')
  assert.equal(await runs(journey), 1, 'runs of the site')
})

let published
await step('what it made is published, each article once', async () => {
  published = await publishAll(journey)
  const titles = await posts()
  assert.equal(titles.length, published)
  assert.equal(new Set(titles).size, published, `posts twice: ${titles.join(', ')}`)
})

await step('nothing was bought twice', async () => {
  const { duplicates, total } = await provider.ledger()
  assert.deepEqual(duplicates ?? [], [])
  console.log(`  ${inFlight} calls in flight at the pause, ${total.calls} calls in all, ${published} posts`)
})

await end()
