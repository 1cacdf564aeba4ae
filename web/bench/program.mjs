// A real `igny8 serve` with a site full of keywords, for the benches of pages.
import { spawn } from 'node:child_process'

export const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))] ?? 0
export const round = (n) => Math.round(n * 10) / 10

/** Starts the program on a folder of its own and gives its address and the first password. */
export async function start(program, data) {
  const child = spawn(program, ['serve', '--data', data, '--addr', '127.0.0.1:0', '--preview-addr', '127.0.0.1:0', '--throttle-factor', '1000'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  const started = await new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => fail(new Error(`${program} ended with ${code}: ${told}`)))
    child.stdout.on('data', (text) => {
      told += text
      const base = told.match(/API\s+(http:\S+?)\/v1\//)?.[1]
      const password = told.match(/with the password (\S+)/)?.[1]
      if (base && password) done({ base, password })
    })
  })
  return { child, ...started }
}

/** Signs in, makes a site and imports lines of a file with a head; gives the site, and how to call and to wait for a job. */
export async function fill(base, password, lines) {
  let token = ''
  const call = async (method, path, body) => {
    const r = await fetch(base + path, { method, headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }, body: body && JSON.stringify(body) })
    const answer = await r.json()
    if (!r.ok) throw new Error(`${method} ${path}: ${answer.error}`)
    return answer.data
  }
  const wait = async (job) => {
    while (job.status !== 'done') {
      if (job.status === 'failed') throw new Error(job.reason)
      await new Promise((r) => setTimeout(r, 500))
      job = await call('GET', `/v1/jobs/${job.id}/`)
    }
  }
  token = (await call('POST', '/v1/auth/login/', { email: 'owner@localhost', password })).tokens.access
  const site = await call('POST', '/v1/auth/sites/', { name: 'Bench', domain: 'bench.example.com', industry: 'food-and-beverage' })
  const file = Buffer.from(lines.join('\n'))
  const ticket = await call('POST', '/v1/system/uploads/', { filename: 'bench.csv', content_type: 'text/csv', size: file.length })
  await fetch(ticket.upload_url, { method: ticket.method, headers: ticket.headers, body: file })
  await wait(await call('POST', '/v1/planner/keywords/import_keywords/', { site_id: site.id, upload_ids: [ticket.id] }))
  return { site: site.id, call, wait }
}

/** A page of someone who has signed in; its main thread is slowed down. */
export async function signIn(browser, base, password, slower, before) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  if (before) await page.addInitScript(before)
  await page.goto(`${base}/signin`)
  await page.getByLabel('E-mail').fill('owner@localhost')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await page.waitForURL((u) => !u.pathname.startsWith('/signin'))
  await slow(page, slower)
  return page
}

/** Slows a page's main thread down. */
export async function slow(page, slower) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: Number(slower) })
}
