// The way from sign-up to a published post by keyboard alone. The pointer is never used; after each key the focus is on
// something that one sees, never lost to the page's body.
import assert from 'node:assert/strict'
import { begin, keywords, posts, stage, until } from './stage.mjs'

const journey = await begin('keyboard')
const { page, look, step, end, button } = journey
const press = (key) => page.keyboard.press(key)

await page.addInitScript(() => {
  for (const kind of ['pointerdown', 'mousedown', 'mousemove', 'touchstart']) addEventListener(kind, (e) => e.isTrusted && console.error(`a ${kind} in a journey by keyboard`), true)
})

/** What has the focus, whether one sees it and that it has it. */
const focus = () =>
  page.evaluate(() => {
    const e = document.activeElement
    if (!e || e === document.body) return { lost: true, name: 'body' }
    const box = e.getBoundingClientRect()
    const marked = [e, e.parentElement, e.closest('label')].some((x) => x && ((getComputedStyle(x).outlineStyle !== 'none' && parseFloat(getComputedStyle(x).outlineWidth) > 0) || getComputedStyle(x).boxShadow !== 'none'))
    return { lost: false, name: `${e.tagName.toLowerCase()} “${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40)}”`, seen: box.width > 0 && box.height > 0, marked }
  })

/** Goes to an element with Tab, as far as it takes; each stop on the way shows that it has the focus. */
async function tabTo(target, most = 60) {
  await target.first().waitFor()
  for (let n = 0; n <= most; n++) {
    if (await target.first().evaluate((e) => e === document.activeElement)) return
    await press('Tab')
    const now = await focus()
    // Past the last element the browser itself has the focus once.
    assert.ok(now.lost || (now.seen && now.marked), `the focus is not to be seen on ${now.name}`)
  }
  assert.fail(`Tab does not come to ${target}`)
}

const into = async (label, text, exact = false) => {
  const field = page.getByLabel(label, { exact })
  await tabTo(field)
  await press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}
const enter = async (target) => {
  await tabTo(target)
  await press('Enter')
}
const kept = async (when) => {
  let now
  await until(`the focus is somewhere ${when}`, async () => !(now = await focus()).lost)
  return now
}

await step('sign-up', async () => {
  await page.goto('/')
  await enter(page.getByRole('link', { name: 'Make an account' }))
  await page.getByRole('heading', { name: 'Make an account' }).waitFor()
  await into('E-mail', 'keys@example.com')
  await into('Password', 'short')
  await into('First name', 'Kay')
  await press('Enter')
  await page.getByText('Take at least 10 characters.').waitFor()
  await kept('after a refused form')
  await into('Password', 'correct horse battery')
  await press('Enter')
})

await step('a site, WordPress, keywords', async () => {
  await into('Address of your site', 'coffee-beverage.example')
  await enter(button('Make the site'))
  await into('WordPress address', stage.wordpress.url)
  await into('User name', stage.wordpress.user)
  await into('Application password', stage.wordpress.password)
  await press('Enter')
  await enter(button('Go on'))
  await page.getByLabel('Keywords, one a line').waitFor()
  await kept('when the step before has gone')
  await into('Keywords, one a line', keywords.join('\n'))
  await press('Tab')
  await enter(button(`Import ${keywords.length} lines`))
  await page.getByText(`${keywords.length} new keywords`).waitFor()
  await enter(button('Go on'))
  await page.getByText('Estimated cost').waitFor()
})

await step('the run is started, a key goes to other pages and back', async () => {
  await enter(button('Start the run'))
  await page.getByRole('heading', { name: 'Pipeline' }).waitFor()
  await press('g')
  await press('a')
  await page.waitForURL(/\/automation/)
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  await kept('after going elsewhere')
  await press('g')
  await press('d')
  await page.getByText('The run is complete').waitFor({ timeout: 120_000 })
})

await step('dialogs give the focus back', async () => {
  const open = page.getByRole('button', { name: /Search or do/ })
  await tabTo(open)
  await press('Enter')
  await page.getByRole('combobox').waitFor()
  await press('Escape')
  await page.getByRole('combobox').waitFor({ state: 'hidden' })
  assert.match((await kept('after the palette')).name, /Search or do/)
  await press('?')
  await page.getByRole('dialog').waitFor()
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.match((await kept('after the list of keys')).name, /Search or do/)
  await press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('credits')
  await press('Enter')
  await page.getByRole('heading', { name: 'Credits', level: 1 }).waitFor()
  await kept('after going somewhere by the palette')
})

await step('a key goes to the review', async () => {
  await press('g')
  await press('r')
  await page.getByRole('heading', { name: 'Review', exact: true }).waitFor()
  await kept('on the review page')
})

await step('an article is read and published', async () => {
  const list = page.getByRole('list', { name: 'Articles' })
  await list.getByRole('listitem').first().waitFor()
  await press('j')
  await press('k')
  await press('p')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await look('publish')
  await enter(dialog.getByRole('button', { name: 'Publish' }))
  await dialog.waitFor({ state: 'hidden' })
  await kept('after the article was published')
  await until('a post on WordPress', async () => (await posts()).length === 1)
})

await end()
