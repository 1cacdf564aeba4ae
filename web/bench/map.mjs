// The map of clusters with 50,000 keywords, in a real browser before a real `igny8 serve`, its main
// thread slowed down 4 times: node bench/map.mjs [PROGRAM] [RUNS] [SLOWER] [KEYWORDS]
//   first   navigation to the drawn map
//   zoom    frames while it zooms by the wheel from all of it to where keywords have names, and back
//   pan     frames while it is dragged, at three depths: all of it, clusters, keywords one by one
//   busy    ms of the processor that the page's main thread takes for a frame, which tells what others on the machine do not change
//   empty   frames of a page with nothing on it, dragged over as long: what the machine gives at that moment
// Frames are median/p95/most, in ms. Fails when the p95 of a kind is over 34 ms. With OPEN=address,password,site the
// program that runs there is used; with several of these, separated by spaces, they take turns.
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { at, fill, round, signIn, slow, start } from './program.mjs'

const [, , program = '../bin/igny8', runs = '3', slower = '4', size = '50000'] = process.argv
const most = 34

/** Things in 40 wordings with 25 words before them. */
function keywords() {
  const list = (text) => text.split(',')
  const a = list('coffee,tea,milk,bread,cheese,pasta,soup,salad,juice,rice')
  const b = list('maker,grinder,filter,machine,knife,pan,board,box,scale,jar')
  const before = list('best,cheap,small,electric,portable,organic,used,steel,glass,wooden,quiet,large,travel,smart,manual,vintage,compact,foldable,outdoor,blue,heavy,mini,luxury,kids,office')
  const after = list('price,review,near me,for home,repair,parts,cleaning,instructions,warranty,vs others,ideas,size,rental,recall,for beginners,noise,how it works,history,safety,recycling')
  let seed = 11
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n
  const lines = ['Keyword,Volume']
  for (let i = 0; i < Number(size); i++) lines.push(`${before[i % 25]} ${a[Math.floor(i / 25) % 10]} ${b[Math.floor(i / 250) % 10]} ${after[Math.floor(i / 2500) % 20]},${random(50000)}`)
  return lines
}

/** In the page: the times between frames, from `go` to `end`. */
function watch() {
  let on = false
  let last = 0
  let list = []
  const step = (now) => {
    if (!on) return
    if (last) list.push(now - last)
    last = now
    requestAnimationFrame(step)
  }
  window.frames_ = {
    go: () => {
      on = true
      last = 0
      list = []
      requestAnimationFrame(step)
    },
    end: () => {
      on = false
      return list
    },
  }
}

/** A page with nothing on it. */
async function empty(browser) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  await page.addInitScript(watch)
  await page.goto('data:text/html,<p>Nothing')
  await slow(page, slower)
  await page.evaluate(() => window.frames_.go())
  for (let i = 1; i <= 90; i++) await page.mouse.move(600 + 140 * Math.sin(i / 9), 400 + 110 * Math.cos(i / 7))
  const out = await page.evaluate(() => window.frames_.end())
  await page.context().close()
  return out
}

async function once(browser, { base, password, site }) {
  const page = await signIn(browser, base, password, slower, watch)
  await page.goto(`${base}/planner/clusters/map?site=${site}`)
  await page.getByRole('tree').waitFor({ timeout: 60_000 })
  await page.waitForFunction(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))
  const out = { first: await page.evaluate(() => performance.now()), told: await page.getByRole('img', { name: /^Map of/ }).getAttribute('aria-label') }
  await page.waitForTimeout(1500)
  const box = await page.getByRole('img', { name: /^Map of/ }).boundingBox()
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const ticks = async () => (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration').value * 1000
  const busy = { ms: 0, frames: 0 }
  const frames = async (act) => {
    await page.evaluate(() => window.frames_.go())
    const from = await ticks()
    await act()
    busy.ms += (await ticks()) - from
    const list = await page.evaluate(() => window.frames_.end())
    busy.frames += list.length
    return list
  }
  // By the page's own clock, one step a frame: the way of the wheel through the browser is not measured.
  const wheel = (delta, steps) =>
    page.evaluate(
      async ([delta, steps, x, y]) => {
        const map = document.querySelector('[role=img][aria-label^="Map of"]')
        for (let i = 0; i < steps; i++) {
          map.dispatchEvent(new WheelEvent('wheel', { deltaY: delta, clientX: x, clientY: y, cancelable: true, bubbles: true }))
          await new Promise((done) => requestAnimationFrame(done))
        }
      },
      [delta, steps, middle.x, middle.y],
    )
  const drag = async () => {
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.down()
    for (let i = 1; i <= 90; i++) await page.mouse.move(middle.x + 140 * Math.sin(i / 9), middle.y + 110 * Math.cos(i / 7) - 110)
    await page.mouse.move(middle.x, middle.y)
    await page.mouse.up()
    await page.waitForTimeout(50)
  }
  out.pan = [await frames(drag)]
  out.zoom = await frames(() => wheel(-40, 70))
  for (let i = 0; i < 2; i++) {
    await page.evaluate(() => document.querySelector('[aria-label="Show all"]').click())
    await page.waitForTimeout(500)
    await wheel(-40, i === 0 ? 12 : 28)
    await page.waitForTimeout(600)
    out.pan.push(await frames(drag))
  }
  out.zoom.push(...(await frames(() => wheel(40, 70))))
  out.busy = busy.ms / busy.frames
  await page.context().close()
  return out
}

const data = mkdtempSync(join(tmpdir(), 'igny8-bench-'))
let served, browser
try {
  const places = (process.env.OPEN ?? '').split(' ').filter(Boolean).map((place) => place.split(',')).map(([base, password, site]) => ({ base, password, site }))
  if (places.length === 0) {
    served = await start(program, data)
    const filled = await fill(served.base, served.password, keywords())
    const { job } = await filled.call('POST', '/v1/planner/clusters/recluster/', { site_id: filled.site, dry_run: false })
    await filled.wait(job)
    places.push({ ...served, site: filled.site })
  }
  browser = await chromium.launch({ executablePath: process.env.CHROME ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  const all = places.map(() => [])
  const nothing = []
  for (let i = 0; i < Number(runs); i++) {
    nothing.push(await empty(browser))
    for (const [n, place] of places.entries()) all[n].push(await once(browser, place))
  }
  const missed = all.flatMap((list, n) => tell(list, nothing, places[n]))
  for (const m of missed) console.error(`missed: ${m}`)
  process.exitCode = missed.length > 0 ? 1 : 0
} finally {
  await browser?.close()
  served?.child.removeAllListeners('exit')
  served?.child.kill('SIGTERM')
  await new Promise((r) => setTimeout(r, 500))
  rmSync(data, { recursive: true, force: true })
}

/** Prints the frames of one place's runs, and gives what is not as it should be. */
function tell(list, nothing, { base }) {
  const med = (from, of) => round(at(from.map(of), 0.5))
  const result = { place: base, slower: Number(slower), runs: list.length, load: round(loadavg()[0]), told: list[0].told, first: med(list, (r) => r.first), busy: med(list, (r) => r.busy) }
  const missed = []
  const kind = (name, from, of) => {
    const p95 = med(from, (r) => at(of(r), 0.95))
    result[name] = `${med(from, (r) => at(of(r), 0.5))}/${p95}/${med(from, (r) => Math.max(...of(r)))}`
    if (Math.min(...from.map((r) => of(r).length)) < 20) missed.push(`${name}: too few frames to tell`)
    return p95
  }
  kind('empty', nothing, (r) => r)
  for (const [name, of] of Object.entries({ zoom: (r) => r.zoom, pan_all: (r) => r.pan[0], pan_clusters: (r) => r.pan[1], pan_keywords: (r) => r.pan[2] })) {
    const p95 = kind(name, list, of)
    if (p95 > most) missed.push(`${name}: p95 of a frame is ${p95} ms, over ${most}`)
  }
  console.log(JSON.stringify(result))
  return missed
}
