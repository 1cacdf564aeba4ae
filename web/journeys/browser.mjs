// A real browser for the journeys: what goes wrong in a page is kept and told at the end, pictures and axe at both
// widths in both themes. Needs Chromium (CHROME, else the system's).
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const widths = [
  { name: '1280', width: 1280, height: 800 },
  { name: '360', width: 360, height: 740 },
]

/** Opens a browser with one page. `base` is the app's origin, `files` that of files if it is another, `pictures` a folder for pictures. */
export async function open({ base, files, pictures }) {
  if (pictures) mkdirSync(pictures, { recursive: true })
  const browser = await chromium.launch({
    executablePath: process.env.CHROME ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
  })
  const context = await browser.newContext({ viewport: widths[0], reducedMotion: 'reduce', baseURL: base })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const faults = []
  const allowed = []
  page.on('pageerror', (error) => faults.push(`error in the page: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !allowed.some((a) => a.test(message.text()))) faults.push(`console at ${new URL(page.url()).pathname}: ${message.text()} ${message.location().url}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') && url.origin !== new URL(base).origin && url.origin !== files && !allowed.some((a) => a.test(url.href))) faults.push(`a request to others: ${url.href}`)
  })
  return {
    page,
    faults,
    /** Takes what matches out of the faults: console texts, or addresses of others. */
    allow: (...patterns) => allowed.push(...patterns),
    look: (name, sizes) => look(page, name, pictures, faults, sizes),
    close: () => browser.close(),
  }
}

/** The page is drawn anew, and what moves has come to rest; a page that the browser draws late is looked at as it is. */
const settled = (page) =>
  page.evaluate(async () => {
    const rest = async () => {
      for (let n = 0; n < 2; n++) await new Promise((done) => requestAnimationFrame(done))
      await Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity).map((a) => a.finished))
    }
    await Promise.race([rest(), new Promise((done) => setTimeout(done, 5000))])
  })

const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
// Themes differ in their colours alone.
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** What axe finds wrong. */
async function findings(page, runOnly) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  return page.evaluate(async (only) => (await globalThis.axe.run(document, { runOnly: only, resultTypes: ['violations'], preload: false })).violations.map((v) => ({ id: v.id, impact: v.impact, at: v.nodes.map((n) => `${n.target.join(' ')}: ${[...n.any, ...n.all, ...n.none][0]?.message ?? ''}`) })), runOnly)
}

/** What does not fit. */
const room = (page) =>
  page.evaluate(() => {
    const found = []
    const wide = document.documentElement.scrollWidth - innerWidth
    if (wide > 0) found.push(`the page is ${wide}px wider than the window`)
    for (const place of document.querySelectorAll('main, dialog[open] > div')) {
      const over = place.scrollWidth - place.clientWidth
      if (over > 0) found.push(`what the ${place.tagName === 'MAIN' ? 'page' : 'dialog'} shows is ${over}px wider than its room`)
    }
    const large = [...document.querySelectorAll('svg[viewBox="0 0 16 16"]')].filter((icon) => icon.getBoundingClientRect().width > 64).length
    if (large > 0) found.push(`${large} icons as large as a picture`)
    return found
  })

/** A picture and axe's opinion at each width in each theme; findings are faults. */
async function look(page, name, pictures, faults, sizes = widths) {
  for (const { name: width, ...size } of sizes) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await settled(page)
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) })
      const violations = await findings(page, colorScheme === 'light' ? everything : colours)
      for (const v of violations) faults.push(`axe: ${name} ${width} ${colorScheme}: ${v.id} (${v.impact}): ${v.at.slice(0, 3).join(' | ')}`)
      if (colorScheme === 'light') for (const what of await room(page)) faults.push(`${name} ${width}: ${what}`)
    }
  }
  await page.setViewportSize(widths[0])
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}
