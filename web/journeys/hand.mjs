// How a person does things: with a pointer, or with keys alone. A journey is one script that goes with either. By keys each
// thing is reached with Tab, every stop on the way shows that it has the focus, and the focus is never lost: not after a
// dialog, not when what had it goes away.
import assert from 'node:assert/strict'

/** What has the focus: whether it is something at all, whether one sees it, and that it has it. */
const focusOf = (page) =>
  page.evaluate(() => {
    const e = document.activeElement
    if (!e || e === document.body || e === document.documentElement) return { lost: true, name: 'nothing' }
    const box = e.getBoundingClientRect()
    const outlined = (x) => (getComputedStyle(x).outlineStyle !== 'none' && parseFloat(getComputedStyle(x).outlineWidth) > 0) || getComputedStyle(x).boxShadow !== 'none'
    const inside = e.tagName === 'IFRAME' // what is in it is not ours to see
    const marked = inside || e.hasAttribute('data-highlighted') || [e, e.parentElement, e.closest('label')].some((x) => x && outlined(x))
    const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
    return { lost: false, name: `${e.tagName.toLowerCase()} “${(e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent ?? '').trim().slice(0, 40)}”`, seen: seen || inside, marked }
  })

const menuItem = (page, text) => page.locator('[role^="menuitem"]').filter({ hasText: text }).first()

const pointer = (page) => ({
  kind: 'pointer',
  to: (target) => target.first().click(),
  click: (target) => target.first().click(),
  check: (target) => target.first().click(),
  fill: (target, text) => target.first().fill(text),
  choose: (target, label) => target.first().selectOption({ label }),
  tab: (name) => page.getByRole('tab', { name }).click(),
  /** Opens a menu and takes one of it. */
  pick: async (trigger, item) => {
    await trigger.first().click()
    await menuItem(page, item).click()
  },
  press: (key) => page.keyboard.press(key),
  /** Goes to a page: by the side bar, or by its two keys. */
  go: (label) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: label, exact: true }).click(),
  held: async () => undefined,
  on: async () => undefined,
  reload: () => page.reload(),
})

const pairs = { Dashboard: 'd', Automation: 'a', Keywords: 'k', Clusters: 'c', Ideas: 'i', Tasks: 't', Content: 'o', Review: 'r', Images: 'm', Sites: 's', 'AI models': 'l', Prompts: 'p', Credits: 'b' }

function keys(page) {
  let fresh = true // a page that was just loaded: nothing has the focus yet
  let last = 'the beginning'
  /** The focus is somewhere; what goes away gives it on at once, or when the next thing is there. */
  const held = async () => {
    if (fresh) return
    let now
    for (const end = Date.now() + 8_000; Date.now() < end; ) if (!(now = await focusOf(page)).lost) return
    assert.fail(`after ${last}, ${now.name} has the focus: it was lost`)
  }
  const press = async (key) => {
    await page.keyboard.press(key)
    last = `“${key}” at ${(await focusOf(page)).name}`
  }
  /** Goes to a thing with Tab, the shorter way; each stop shows that it has the focus. */
  const to = async (target, most = 90) => {
    const thing = target.first()
    await thing.waitFor()
    await held()
    for (let n = 0, back; n <= most; n++) {
      const where = await thing.evaluate((e) => {
        const now = document.activeElement
        return now === e ? 'here' : now && now !== document.body && e.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING ? 'before' : 'after'
      })
      if (where === 'here') return
      back ??= where === 'before' && !fresh
      await page.keyboard.press(back ? 'Shift+Tab' : 'Tab')
      fresh = false
      const now = await focusOf(page)
      // Past the last element the browser itself has the focus once.
      assert.ok(now.lost || (now.seen && now.marked), `the focus is not to be seen on ${now.name}`)
      last = `Tab to ${now.name}`
    }
    assert.fail(`Tab does not come to ${target}`)
  }
  const enter = async (target) => {
    await to(target)
    await press('Enter')
  }
  return {
    kind: 'keys',
    to,
    click: enter,
    check: async (target) => {
      await to(target)
      await press('Space')
    },
    fill: async (target, text) => {
      await to(target)
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.insertText(text)
    },
    choose: async (target, label) => {
      await to(target)
      const now = () => target.first().evaluate((e) => e.selectedOptions[0]?.label)
      await page.keyboard.press('Home')
      for (let n = 0; n < 300 && (await now()) !== label; n++) await page.keyboard.press('ArrowDown')
      assert.equal(await now(), label)
    },
    tab: async (name) => {
      const wanted = page.getByRole('tab', { name }).first()
      await to(page.getByRole('tab', { selected: true }))
      const count = await page.getByRole('tab').count()
      for (let n = 0; n <= count && (await wanted.getAttribute('aria-selected')) !== 'true'; n++) await press('ArrowRight')
      assert.equal(await wanted.getAttribute('aria-selected'), 'true')
    },
    pick: async (trigger, item) => {
      await enter(trigger)
      await page.getByRole('menu').waitFor()
      const wanted = menuItem(page, item)
      await wanted.waitFor()
      for (let n = 0; n < 40 && !(await wanted.evaluate((e) => e === document.activeElement)); n++) await press('ArrowDown')
      await press('Enter')
    },
    press: async (key) => {
      await held()
      await press(key)
    },
    go: async (label) => {
      await held()
      await press('g')
      await press(pairs[label])
    },
    held,
    /** It has the focus again, at once or when what had it is gone. */
    on: async (target, what) => {
      for (const end = Date.now() + 8_000; Date.now() < end; ) if (await target.evaluate((e) => e === document.activeElement)) return
      assert.fail(`${what} has the focus again, not ${(await focusOf(page)).name}`)
    },
    reload: async () => {
      await held()
      await page.reload()
      fresh = true
    },
  }
}

/** The hand of a journey. With keys, any event of a pointer in the page is a fault. */
export async function handOf(page, kind) {
  assert.ok(kind === 'pointer' || kind === 'keys', `a hand is pointer or keys, not ${kind}`)
  if (kind === 'pointer') return pointer(page)
  await page.addInitScript(() => {
    for (const name of ['pointerdown', 'mousedown', 'mousemove', 'touchstart']) addEventListener(name, (e) => e.isTrusted && console.error(`a ${name} in a journey by keyboard`), true)
  })
  return keys(page)
}
