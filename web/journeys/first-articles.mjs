// Sign-up → site → WordPress, with a wrong password first → import → run → review → a published post, with a reload in the
// middle of each.
import assert from 'node:assert/strict'
import { begin, connect, keywords, posts, runs, signUp, stage, until } from './stage.mjs'

const journey = await begin('first')
const { page, hand, look, step, end, button } = journey

await step('a guest comes to sign-in, and signs up', async () => {
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await look('sign-in')
  await hand.click(page.getByRole('link', { name: 'Make an account' }))
  await page.getByRole('heading', { name: 'Make an account' }).waitFor()
  await hand.fill(page.getByLabel('E-mail'), 'ann@example.com')
  await hand.fill(page.getByLabel('Password'), 'short')
  await hand.click(button('Make an account'))
  await page.getByText('Take at least 10 characters.').waitFor()
  await look('sign-up-fault')
  await signUp(journey, 'ann@example.com')
})

await step('a new account is led to its first site', async () => {
  await page.getByRole('heading', { name: 'Set up a site' }).waitFor()
  await hand.fill(page.getByLabel('Address of your site'), 'green-coffee-beverage.example')
  await hand.to(page.getByLabel('Name', { exact: true }))
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Green coffee beverage')
  assert.equal(await page.getByLabel('Industry').inputValue(), 'food-and-beverage')
  await look('start-site')
  await hand.click(button('Make the site'))
})

await step('a wrong WordPress password: the cause, and what to do, stand there', async () => {
  await connect(journey, 'abcd efgh ijkl mnop qrst uvwx')
  const told = page.getByRole('status').filter({ hasText: 'WordPress' })
  await told.getByText(/WordPress does not accept user .* with this application password/).waitFor()
  await told.getByText(/Make a new one in WordPress under Users → Profile → Application Passwords/).waitFor()
  assert.equal(await button('Go on').count(), 0, 'one can’t go on with a connection that does not work')
  await look('start-wrong-password')
})

await step('a reload keeps the connection that does not work yet; the right password mends it', async () => {
  await hand.reload()
  await button('Save and test').waitFor()
  assert.equal(await page.getByLabel('User name').inputValue(), stage.wordpress.user)
  await connect(journey)
  await button('Go on').waitFor()
  await look('start-connect')
  await hand.click(button('Go on'))
})

await step('keywords are pasted, a reload does not lose the import', async () => {
  await hand.fill(page.getByLabel('Keywords, one a line'), keywords.join('\n'))
  await look('start-import')
  await hand.click(button(`Import ${keywords.length} lines`))
  await page.waitForURL(/job=/)
  await hand.reload()
  await page.getByText(`${keywords.length} new keywords`).waitFor()
  await look('start-imported')
  await hand.click(button('Go on'))
})

await step('the cost is told before the run', async () => {
  await page.getByText('Estimated cost').waitFor()
  await look('start-run')
  await hand.click(button('Start the run'))
  await page.getByRole('heading', { name: 'Pipeline' }).waitFor()
})

await step('the run goes by, through a reload, until articles wait for a person', async () => {
  await hand.reload()
  await page.getByText(/^\d+ articles (to|wait for your) review/).waitFor({ timeout: 240_000 })
  await page.getByText('The run is complete').waitFor()
  await look('dashboard')
  assert.equal(await runs(journey), 1, 'runs of the site')
})

await step('dialogs give the focus back', async () => {
  const search = page.getByRole('button', { name: /Search or do/ })
  await hand.click(search)
  await page.getByRole('dialog').getByRole('combobox').waitFor()
  await hand.press('Escape')
  await page.getByRole('dialog').getByRole('combobox').waitFor({ state: 'hidden' })
  await hand.on(search, 'the button that opened the palette')
  await hand.press('?')
  await page.getByRole('dialog').waitFor()
  await look('keys')
  await hand.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await hand.on(search, 'what had the focus before the keys were told')
  await hand.press('Control+k')
  await hand.fill(page.getByRole('dialog').getByRole('combobox'), 'cred')
  await look('palette')
  await hand.press('Enter')
  await page.getByRole('heading', { name: 'Credits', level: 1 }).waitFor()
})

await step('lists: rows are gone through, selected, opened and sorted', async () => {
  await hand.go('Keywords')
  const grid = page.getByRole('grid', { name: 'Keywords' })
  await grid.getByRole('rowheader', { name: keywords[0] }).waitFor()
  if (hand.kind === 'keys') {
    await hand.to(grid)
    await hand.press('ArrowDown')
    await hand.press('Space')
    await hand.press('Shift+ArrowDown')
    await page.getByText('2 keywords selected').waitFor()
    await hand.press('Enter')
  } else {
    for (const n of [1, 2]) await grid.getByRole('row').nth(n).getByRole('gridcell').first().click()
    await page.getByText('2 keywords selected').waitFor()
    await grid.getByRole('row').nth(2).getByRole('rowheader').click()
  }
  const panel = page.getByRole('dialog')
  await hand.choose(panel.getByLabel('Your intent'), 'Informational')
  await hand.click(panel.getByRole('button', { name: 'Save' }))
  await page.getByText('Saved').waitFor()
  await hand.click(panel.getByRole('button', { name: 'Close' }).last())
  await panel.waitFor({ state: 'hidden' })
  await hand.press('Escape') // drops the selection
  await page.getByText('2 keywords selected').waitFor({ state: 'hidden' })
  await hand.pick(page.getByRole('button', { name: 'Columns' }), 'Volume')
  await hand.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'hidden' })
  await page.getByRole('columnheader', { name: 'Volume' }).waitFor({ state: 'hidden' })
})

await step('a review that is half done is whole after a reload, nothing is published', async () => {
  await hand.go('Review')
  await page.getByRole('heading', { name: 'Review', exact: true }).waitFor()
  await button('Next article').waitFor()
  await look('review')
  await hand.press('j')
  await page.waitForURL(/item=/)
  const now = page.getByRole('list', { name: 'Articles' }).locator('[aria-current=true]')
  const title = await now.innerText()
  await hand.press('p')
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).waitFor()
  await look('publish')
  await hand.reload()
  await now.waitFor()
  assert.equal(await now.innerText(), title, 'the article that was being read')
  assert.deepEqual(await posts(), [], 'nothing was published')
})

const renamed = 'The coffee that we drink first'
await step('an article is given another title, and one is sent back and brought back', async () => {
  await hand.press('e')
  const panel = page.getByRole('dialog')
  await hand.fill(panel.getByLabel('Title', { exact: true }), renamed)
  await hand.click(panel.getByRole('button', { name: 'Save' }))
  await panel.waitFor({ state: 'hidden' })
  const articles = page.getByRole('list', { name: 'Articles' })
  await articles.getByRole('button', { name: renamed }).waitFor()
  const n = await articles.getByRole('listitem').count()
  await hand.press('r')
  await hand.fill(panel.getByLabel('What has to change'), 'Say how hot the water is.')
  await hand.click(panel.getByRole('button', { name: 'Send back' }))
  await panel.waitFor({ state: 'hidden' })
  await until('it is not in review', async () => (await articles.getByRole('listitem').count()) === n - 1)
  await hand.click(page.getByRole('region', { name: 'News' }).getByRole('button', { name: 'Undo' }))
  await until('it is in review again', async () => (await articles.getByRole('listitem').count()) === n)
})

await step('an article is published', async () => {
  await hand.click(page.getByRole('list', { name: 'Articles' }).getByRole('button', { name: renamed }))
  await hand.press('p')
  const dialog = page.getByRole('dialog')
  await hand.click(dialog.getByRole('button', { name: 'Publish', exact: true }))
  await dialog.waitFor({ state: 'hidden' })
})

await step('a reload while it is on its way: it is on WordPress once', async () => {
  await hand.reload()
  await until('the post', async () => (await posts()).length > 0)
  await hand.go('Content')
  await page.getByText('Published', { exact: true }).first().waitFor()
  assert.deepEqual(await posts(), [renamed])
})

await end()
