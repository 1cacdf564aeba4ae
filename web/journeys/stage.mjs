// What journeys share: the stage that the test has set up, steps that say where they broke, the way of a newcomer to a
// first run, and what the provider and WordPress have seen.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { open } from './browser.mjs'
import { handOf } from './hand.mjs'

export const stage = JSON.parse(process.env.STAGE)

export const keywords = ['how to brew pour over coffee', 'pour over coffee ratio', 'best pour over coffee maker', 'pour over coffee grind size', 'pour over vs drip coffee', 'pour over coffee for beginners', 'french press coffee ratio', 'how to use a french press', 'best french press coffee maker', 'french press grind size', 'how to clean a french press', 'french press cold brew']

/** No step takes as long: one that hangs says where, before the test as a whole is cut off. */
const STEP_MS = 600_000

function within(ms, work) {
  let timer
  const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error(`not done after ${ms / 1000} s`)), ms)))
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** A browser at the stage, with the hand of the journey, and its `step` and `end`. What is looked at, is looked at once: with the pointer. */
export async function begin(journey) {
  const browser = await open({ base: stage.app, files: stage.files, pictures: stage.pictures })
  const { page } = browser
  page.setDefaultTimeout(45_000)
  const hand = await handOf(page, stage.hand)
  // A guest's question for a session is refused, and the browser writes that down.
  browser.allow(/status of 401.*|401 \(Unauthorized\)/)
  const step = async (name, work) => {
    const began = Date.now()
    try {
      await within(STEP_MS, work())
    } catch (error) {
      console.log(`✗ ${journey}: ${name} at ${page.url()}`)
      console.log((await page.locator('body').innerText().catch(() => '')).slice(0, 3000))
      console.log(browser.faults.join('\n'))
      const path = join(stage.broken, `${journey}-${hand.kind}-broken.png`)
      await page.screenshot({ path }).then(() => console.log(`a picture of it: ${path}`), () => undefined)
      await browser.close()
      throw error
    }
    console.log(`✓ ${name} (${Date.now() - began} ms)`)
  }
  const end = async () => {
    await hand.held()
    await browser.close()
    const faults = [...new Set(browser.faults)]
    console.log(faults.length === 0 ? 'no faults in pages' : faults.join('\n'))
    process.exitCode = faults.length === 0 ? 0 : 1
  }
  const button = (name) => page.getByRole('button', { name, exact: true })
  const look = async (name) => {
    if (hand.kind === 'pointer') await browser.look(`${journey}-${name}`)
  }
  return { ...browser, hand, look, step, end, button }
}

/** Signs up, from the page of guests. */
export async function signUp({ page, hand, button }, email) {
  await page.goto('/signup')
  await hand.fill(page.getByLabel('E-mail'), email)
  await hand.fill(page.getByLabel('Password'), 'correct horse battery')
  await hand.fill(page.getByLabel('First name'), 'Ann')
  await hand.click(button('Make an account'))
}

/** Fills in where WordPress is, and tries it out. */
export async function connect({ page, hand }, password = stage.wordpress.password) {
  await hand.fill(page.getByLabel('WordPress address'), stage.wordpress.url)
  await hand.fill(page.getByLabel('User name'), stage.wordpress.user)
  await hand.fill(page.getByLabel('Application password'), password)
  await hand.click(page.getByRole('button', { name: /(Connect|Save) and test/ }))
}

/** Signs up and sets a site up, with WordPress and keywords, up to the question whether to run. */
export async function newcomer(journey, email) {
  const { page, hand, button } = journey
  await signUp(journey, email)
  await hand.fill(page.getByLabel('Address of your site'), 'coffee-beverage.example')
  await hand.to(page.getByLabel('Name', { exact: true }))
  await hand.click(button('Make the site'))
  await connect(journey)
  await hand.click(button('Go on'))
  await hand.fill(page.getByLabel('Keywords, one a line'), keywords.join('\n'))
  await hand.click(button(`Import ${keywords.length} lines`))
  await page.getByText(`${keywords.length} new keywords`).waitFor()
  await hand.click(button('Go on'))
  await page.getByText('Estimated cost').waitFor()
}

/** Starts the run, and goes to its own page, where it stays in view when it is over. */
export async function startRun({ page, hand, button }) {
  await hand.click(button('Start the run'))
  await page.getByRole('heading', { name: 'Pipeline' }).waitFor()
  await hand.click(page.getByRole('link', { name: 'Open', exact: true }))
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  await hand.click(page.getByRole('table', { name: 'Runs' }).getByRole('link'))
  await page.waitForURL(/\/automation\/runs\//)
}

/** How many runs the site has had. */
export async function runs({ page, hand }) {
  await hand.go('Automation')
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  const rows = page.getByRole('table', { name: 'Runs' }).locator('tbody').getByRole('link')
  await rows.first().waitFor()
  return rows.count()
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
  /** Holds the articles that are being written until `mend`. */
  hold: () => control('POST', 'faults', { route: '/v1/responses', match: '\\"task\\":\\"content\\"', kind: 'hold' }),
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

/** Publishes all that waits for review, and waits until WordPress has it. */
export async function publishAll({ page, hand }) {
  await hand.go('Review')
  await page.getByRole('heading', { name: 'Review', exact: true }).waitFor()
  const list = page.getByRole('list', { name: 'Articles' })
  await list.getByRole('listitem').first().waitFor()
  const n = await list.getByRole('listitem').count()
  if (n > 1) await hand.click(page.getByRole('button', { name: `Select all ${n}` }))
  await hand.click(page.getByRole('button', { name: /^Publish/ }))
  await hand.click(page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }))
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await until(`${n} posts on WordPress`, async () => (await posts()).length >= n)
  await page.getByText('Nothing waits for review').waitFor()
  return n
}
