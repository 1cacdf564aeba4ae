// Sign-up → site → WordPress → import → run → review → a published post, with a reload in the middle of the import and of the run.
import assert from 'node:assert/strict'
import { open } from './browser.mjs'

const stage = JSON.parse(process.env.STAGE)
const browser = await open({ base: stage.app, files: stage.files, pictures: stage.pictures })
const { page, look } = browser
// A guest has no session: the first question for one is refused, and the browser writes that down.
browser.allow(/status of 401.*|401 \(Unauthorized\)/)

const keywords = ['how to brew pour over coffee', 'pour over coffee ratio', 'best pour over coffee maker', 'pour over coffee grind size', 'pour over vs drip coffee', 'pour over coffee for beginners', 'french press coffee ratio', 'how to use a french press', 'best french press coffee maker', 'french press grind size', 'how to clean a french press', 'french press cold brew']

const button = (name) => page.getByRole('button', { name, exact: true })
const step = async (name, work) => {
  const began = Date.now()
  try {
    await work()
  } catch (error) {
    console.log(`✗ ${name} at ${page.url()}`)
    console.log((await page.locator('body').innerText()).slice(0, 3000))
    console.log(browser.faults.join('\n'))
    throw error
  }
  console.log(`✓ ${name} (${Date.now() - began} ms)`)
}

await step('a guest comes to sign-in, and signs up', async () => {
  await page.goto('/')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await look('sign-in')
  await page.getByRole('link', { name: 'Make an account' }).click()
  await page.getByRole('heading', { name: 'Make an account' }).waitFor()
  await page.getByLabel('E-mail').fill('ann@example.com')
  await page.getByLabel('Password').fill('short')
  await button('Make an account').click()
  await page.getByText('Take at least 10 characters.').waitFor()
  await look('sign-up-fault')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByLabel('First name').fill('Ann')
  await button('Make an account').click()
})

await step('a new account is led to its first site', async () => {
  await page.getByRole('heading', { name: 'Set up a site' }).waitFor()
  await page.getByLabel('Address of your site').fill('green-coffee-beverage.example')
  await page.getByLabel('Name', { exact: true }).focus()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Green coffee beverage')
  assert.equal(await page.getByLabel('Industry').inputValue(), 'food-and-beverage')
  await look('start-site')
  await button('Make the site').click()
})

await step('WordPress is connected and tried out', async () => {
  await page.getByLabel('WordPress address').fill(stage.wordpress.url)
  await page.getByLabel('User name').fill(stage.wordpress.user)
  await page.getByLabel('Application password').fill(stage.wordpress.password)
  await button('Connect and test').click()
  await button('Go on').waitFor()
  await look('start-connect')
  await button('Go on').click()
})

await step('keywords are pasted, a reload does not lose the import', async () => {
  await page.getByLabel('Keywords, one a line').fill(keywords.join('\n'))
  await look('start-import')
  await button(`Import ${keywords.length} lines`).click()
  await page.waitForURL(/job=/)
  await page.reload()
  await page.getByText(`${keywords.length} new keywords`).waitFor()
  await look('start-imported')
  await button('Go on').click()
})

await step('the cost is told before the run', async () => {
  await page.getByText('Estimated cost').waitFor()
  await look('start-run')
  await button('Start the run').click()
  await page.getByRole('heading', { name: 'Pipeline' }).waitFor()
})

await step('the run goes by, through a reload, until articles wait for a person', async () => {
  await page.reload()
  await page.getByText(/articles (to|wait for your) review/).waitFor({ timeout: 240_000 })
  await page.getByText('The run is complete').waitFor()
  await look('dashboard')
})

await step('review by keyboard: approve, then publish', async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Review', exact: true }).waitFor()
  await button('Next article').waitFor()
  await look('review')
  await page.keyboard.press('p')
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
})

await step('one article is on WordPress', async () => {
  await page.goto('/writer/content')
  await page.getByText(/published/i).first().waitFor()
  for (let n = 0; n < 60; n++) {
    const posts = await (await fetch(`${stage.wordpress.url}/wp-json/wp/v2/posts`)).json()
    if (posts.length > 1) return // WordPress has one of its own
    await new Promise((done) => setTimeout(done, 500))
  }
  assert.fail('no post on WordPress')
})

await step('the other pages', async () => {
  for (const [path, heading] of [['/sites', 'Sites'], ['/settings/ai', 'AI models'], ['/settings/prompts', 'Prompts'], ['/credits', 'Credits'], ['/account/profile', 'Profile'], ['/nowhere', 'Not found']]) {
    await page.goto(path)
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor({ state: 'attached' })
    await page.locator('main .pulse, .grid-row[aria-busy]').first().waitFor({ state: 'hidden' })
    await look(`page${path.replaceAll('/', '-')}`)
  }
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await look('keys')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('cred')
  await look('palette')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Credits', level: 1 }).waitFor()
})

await browser.close()
const faults = [...new Set(browser.faults)]
console.log(faults.length === 0 ? 'no faults in pages, no findings of axe' : faults.join('\n'))
process.exitCode = faults.length === 0 ? 0 : 1
