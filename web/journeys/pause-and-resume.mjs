// A run is paused while calls are in flight, looked at again after a reload, resumed, reloaded, and ends: nothing begins
// while it is paused, nothing is bought twice, each article is one post.
import assert from 'node:assert/strict'
import { begin, card, newcomer, posts, provider, publishAll, startRun, until } from './stage.mjs'

const journey = await begin('pause')
const { page, look, step, end, button } = journey

await step('a newcomer comes to the first run', () => newcomer(journey, 'pause@example.com'))

await step('the run starts, articles are being written', async () => {
  await provider.slow(5000) // so that a person's hand is quicker than a call
  await startRun(journey)
  await card(page, 'Tasks → Content').getByText('Under way').waitFor()
  await page.getByText(/^Now: /).first().waitFor()
})

let pausing, inFlight
await step('pause tells the calls in flight', async () => {
  await button('Pause').click()
  const told = page.getByText(/calls? in flight (is|are) finished first: (it is|they are) paid for\./)
  await told.waitFor()
  pausing = Date.now()
  inFlight = Number(/(\d+) calls?/.exec(await told.innerText())[1])
  assert.ok(inFlight >= 1, 'calls are in flight')
  await page.getByText('You paused it.').waitFor()
})

await step('a reload finds it paused; what was in flight is finished, nothing new begins', async () => {
  await page.reload()
  await page.getByText('You paused it.').waitFor()
  await button('Resume').waitFor()
  await until('the calls in flight are finished', async () => (await provider.requests()).every((r) => r.status !== 0))
  await look('paused')
  const late = (await provider.requests()).filter((r) => Date.parse(r.at) > pausing)
  assert.deepEqual(late, [], 'calls that began after the pause was told')
})

await step('resume, a reload in the middle, and it ends', async () => {
  await provider.slow(500)
  await button('Resume').click()
  await button('Pause').waitFor()
  await page.reload()
  await page.getByRole('link', { name: 'Review articles' }).waitFor({ timeout: 120_000 })
  await page.getByText('Nothing has failed.').waitFor()
  await look('over')
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
