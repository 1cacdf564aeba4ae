// What journeys share: the stage that the test has set up, steps that say where they broke, the way of a newcomer to a
// first run, and what the provider and WordPress have seen.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { open } from './browser.mjs'

export const stage = JSON.parse(process.env.STAGE)

export const keywords = ['how to brew pour over coffee', 'pour over coffee ratio', 'best pour over coffee maker', 'pour over coffee grind size', 'pour over vs drip coffee', 'pour over coffee for beginners', 'french press coffee ratio', 'how to use a french press', 'best french press coffee maker', 'french press grind size', 'how to clean a french press', 'french press cold brew']

/** A browser at the stage, with `step` and `end` of its journey. */
export async function begin(journey) {
  const browser = await open({ base: stage.app, files: stage.files, pictures: stage.pictures })
  const { page } = browser
  page.setDefaultTimeout(45_000)
  // A guest's question for a session is refused, and the browser writes that down.
  browser.allow(/status of 401.*|401 \(Unauthorized\)/)
  const step = async (name, work) => {
    const began = Date.now()
    try {
      await work()
    } catch (error) {
      console.log(`✗ ${journey}: ${name} at ${page.url()}`)
      console.log((await page.locator('body').innerText().catch(() => '')).slice(0, 3000))
      console.log(browser.faults.join('\n'))
      if (stage.pictures) await page.screenshot({ path: join(stage.pictures, `${journey}-broken.png`) }).catch(() => {})
      await browser.close()
      throw error
    }
    console.log(`✓ ${name} (${Date.now() - began} ms)`)
  }
  const end = async () => {
    await browser.close()
    const faults = [...new Set(browser.faults)]
    console.log(faults.length === 0 ? 'no faults in pages' : faults.join('\n'))
    process.exitCode = faults.length === 0 ? 0 : 1
  }
  const button = (name) => page.getByRole('button', { name, exact: true })
  return { ...browser, look: (name) => browser.look(`${journey}-${name}`), step, end, button }
}

/** Signs up and sets a site up, with WordPress and keywords, up to the question whether to run. */
export async function newcomer({ page, button }, email) {
  await page.goto('/signup')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByLabel('First name').fill('Ann')
  await button('Make an account').click()
  await page.getByLabel('Address of your site').fill('coffee-beverage.example')
  await page.getByLabel('Name', { exact: true }).focus()
  await button('Make the site').click()
  await page.getByLabel('WordPress address').fill(stage.wordpress.url)
  await page.getByLabel('User name').fill(stage.wordpress.user)
  await page.getByLabel('Application password').fill(stage.wordpress.password)
  await button('Connect and test').click()
  await button('Go on').click()
  await page.getByLabel('Keywords, one a line').fill(keywords.join('\n'))
  await button(`Import ${keywords.length} lines`).click()
  await page.getByText(`${keywords.length} new keywords`).waitFor()
  await button('Go on').click()
  await page.getByText('Estimated cost').waitFor()
}

/** Starts the run, and goes to its own page, where it stays in view when it is over. */
export async function startRun({ page, button }) {
  await button('Start the run').click()
  await page.getByRole('heading', { name: 'Pipeline' }).waitFor()
  await page.getByRole('link', { name: 'Open', exact: true }).click()
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click()
  await page.waitForURL(/\/automation\/runs\//)
}

/** The run's card of a stage, by its name. */
export const card = (page, name) => page.getByRole('list', { name: 'Stages' }).getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })

async function control(method, path, body) {
  const answer = await fetch(`${stage.provider}/_control/${path}`, { method, body: body && JSON.stringify(body) })
  assert.equal(answer.status, 200, `${method} ${path}: ${answer.status}`)
  return answer.json()
}

/** The provider's stand-in: how slow it is, what goes wrong, what was asked and bought. */
export const provider = {
  slow: (ms) => control('PUT', 'latency', [{ kind: 'fixed', ms }]),
  fault: (fault) => control('POST', 'faults', fault),
  mend: () => control('DELETE', 'faults'),
  requests: () => control('GET', 'requests'),
  ledger: () => control('GET', 'ledger'),
}

/** Asks until what is true; it is how one waits for what no page shows. */
export async function until(what, ask) {
  for (const end = Date.now() + 120_000; Date.now() < end; await new Promise((done) => setTimeout(done, 200))) if (await ask()) return
  assert.fail(`it never came to this: ${what}`)
}

/** The titles of the posts on WordPress, its own first post aside. */
export async function posts() {
  const list = await (await fetch(`${stage.wordpress.url}/wp-json/wp/v2/posts?per_page=100`)).json()
  return list.map((p) => p.title.rendered).filter((title) => title !== 'Hello world!')
}

/** Publishes all that waits for review, by keyboard, and waits until WordPress has it. */
export async function publishAll({ page }) {
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('heading', { name: 'Review', exact: true }).waitFor()
  const list = page.getByRole('list', { name: 'Articles' })
  await list.getByRole('listitem').first().waitFor()
  const n = await list.getByRole('listitem').count()
  if (n > 1) await page.getByRole('button', { name: `Select all ${n}` }).click()
  await page.keyboard.press('p')
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await until(`${n} posts on WordPress`, async () => (await posts()).length >= n)
  await page.getByText('Nothing waits for review').waitFor()
  return n
}
