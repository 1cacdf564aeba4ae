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
    look: (name) => look(page, name, pictures, faults),
    close: () => browser.close(),
  }
}

/** The page is drawn anew, and what moves has come to rest. */
const settled = (page) =>
  page.evaluate(async () => {
    for (let n = 0; n < 2; n++) await new Promise((done) => requestAnimationFrame(done))
    await Promise.allSettled(document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity).map((a) => a.finished))
  })

/** A picture and axe's opinion at each width in each theme; findings are faults. */
async function look(page, name, pictures, faults) {
  for (const { name: width, ...size } of widths) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await settled(page)
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) })
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
      for (const v of violations) faults.push(`axe: ${name} ${width} ${colorScheme}: ${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (wide > 0) faults.push(`${name} ${width}: the page is ${wide}px wider than the window`)
      const inside = await page.evaluate(() => { const main = document.querySelector('main'); return main ? main.scrollWidth - main.clientWidth : 0 })
      if (inside > 0) faults.push(`${name} ${width}: what the page shows is ${inside}px wider than its room`)
      const large = await page.evaluate(() => [...document.querySelectorAll('svg[viewBox="0 0 16 16"]')].filter((icon) => icon.getBoundingClientRect().width > 64).length)
      if (large > 0) faults.push(`${name} ${width}: ${large} icons as large as a picture`)
    }
  }
  await page.setViewportSize(widths[0])
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}
