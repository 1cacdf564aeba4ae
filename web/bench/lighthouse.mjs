// Lighthouse over the signed-in app before a real `igny8 serve --sample`, with mobile's and
// desktop's settings: node lighthouse.mjs [PROGRAM] [RUNS]. Prints the median of each score and
// fails below the goals: performance 90 on mobile and 98 on desktop, accessibility and best
// practices 100.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import lighthouse, { desktopConfig } from 'lighthouse'
import { chromium } from 'playwright-core'

const [, , program = '../../bin/igny8', runs = '3'] = process.argv
const pages = ['/signin', '/', '/planner/keywords', '/writer/content', '/writer/review', '/automation', '/sites']
const goals = { mobile: 90, desktop: 98 }

const median = (list) => [...list].sort((a, b) => a - b)[(list.length - 1) >> 1]
const freePort = () => new Promise((done) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)) }) })

/** Starts the program with its sample, and gives the link that signs in once its run has ended. */
function start(data) {
  const child = spawn(program, ['serve', '--sample', '--data', data, '--addr', '127.0.0.1:0', '--preview-addr', '127.0.0.1:0', '--throttle-factor', '1000'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => fail(new Error(`${program} ended with ${code}: ${told}`)))
    child.stdout.on('data', (text) => {
      told += text
      const open = told.match(/open +(http:\S+)/)?.[1]
      if (open && told.includes('Press Ctrl-C')) done({ child, open, base: new URL(open).origin })
    })
  })
}

async function score(port, url, form) {
  // The stream of events never ends, so the network never rests: all is there long before this.
  const result = await lighthouse(url, { port, logLevel: 'error', maxWaitForLoad: 12_000, disableStorageReset: true, onlyCategories: ['performance', 'accessibility', 'best-practices'] }, form === 'desktop' ? desktopConfig : undefined)
  const { categories, audits } = result.lhr
  const failed = ['accessibility', 'best-practices'].flatMap((c) => categories[c].auditRefs.filter((a) => a.weight && audits[a.id].score !== null && audits[a.id].score < 1).map((a) => a.id))
  return { ...Object.fromEntries(Object.entries(categories).map(([k, c]) => [k, Math.round(c.score * 100)])), failed, lcp: Math.round(audits['largest-contentful-paint'].numericValue), tbt: Math.round(audits['total-blocking-time'].numericValue) }
}

const folder = mkdtempSync(join(tmpdir(), 'igny8-lighthouse-'))
let missed = 0
let served
try {
  served = await start(join(folder, 'data'))
  const port = await freePort()
  const browser = await chromium.launchPersistentContext(join(folder, 'profile'), { executablePath: process.env.CHROME ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`] })
  const page = await browser.newPage()
  for (const path of pages) {
    if (path === '/') {
      await page.goto(served.open)
      await page.waitForURL((u) => u.pathname === '/')
      await page.goto('about:blank')
    }
    for (const form of ['mobile', 'desktop']) {
      const all = []
      for (let i = 0; i < Number(runs); i++) all.push(await score(port, served.base + path, form))
      const m = Object.fromEntries(['performance', 'accessibility', 'best-practices', 'lcp', 'tbt'].map((k) => [k, median(all.map((x) => x[k]))]))
      const bad = m.performance < goals[form] || m.accessibility < 100 || m['best-practices'] < 100
      missed += bad
      console.log(`${path.padEnd(20)} ${form.padEnd(8)} performance=${m.performance} accessibility=${m.accessibility} best_practices=${m['best-practices']} lcp=${m.lcp} ms tbt=${m.tbt} ms${bad ? ' MISSED ' + [...new Set(all.flatMap((x) => x.failed))].join(' ') : ''}`)
    }
  }
  await browser.close()
} finally {
  served?.child.removeAllListeners('exit').kill()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`lighthouse: pages=${pages.length} runs=${runs} missed=${missed}`)
process.exit(missed ? 1 : 0)
