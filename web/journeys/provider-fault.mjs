// The provider sends no pictures: the run tells the cause, what happened to credits and the next step. When the fault has
// gone, what failed is tried again from the screen, and the articles are published with their pictures.
import assert from 'node:assert/strict'
import { begin, newcomer, posts, provider, publishAll, runs, startRun } from './stage.mjs'

const journey = await begin('fault')
const { page, hand, look, step, end } = journey

await step('a newcomer comes to the first run', () => newcomer(journey, 'fault@example.com'))

await step('a run with a provider that sends no pictures ends, and tells what failed', async () => {
  await provider.fault({ route: '/v1/images/generations', kind: 'image_empty' })
  await startRun(journey)
  await hand.reload()
  await page.getByRole('link', { name: 'Review articles' }).waitFor({ timeout: 120_000 })
  const failed = page.getByRole('tab', { name: /What failed \(\d+\)/ })
  await failed.waitFor()
})

await step('cause, credits and next step stand there', async () => {
  const panel = page.getByRole('tabpanel')
  await panel.getByText('AI provider').first().waitFor()
  await panel.getByText('No credits were used.').first().waitFor()
  await panel.getByText('Try it again; if it comes back, choose another model.').first().waitFor()
  await look('failed')
})

await step('a reload later it still stands there; the fault goes, and it is tried again', async () => {
  await hand.reload()
  const again = page.getByRole('tabpanel').getByRole('button', { name: /Try (all \d+ )?again/ }).first()
  await again.waitFor()
  await provider.mend()
  await hand.click(again)
  const tray = page.getByRole('list', { name: 'Under way' })
  await tray.getByText(/^(\d+) of \1$/).waitFor()
  await look('mended')
})

await step('a reload while it is told keeps what was tried again, and starts nothing', async () => {
  await hand.reload()
  await page.getByRole('list', { name: 'Under way' }).getByText(/^(\d+) of \1$/).waitFor()
  assert.equal(await runs(journey), 1, 'runs of the site')
})

await step('the articles are published', async () => {
  const n = await publishAll(journey)
  const titles = await posts()
  assert.equal(titles.length, n)
  assert.deepEqual((await provider.ledger()).duplicates ?? [], [])
  console.log(`  ${n} posts`)
})

await end()
