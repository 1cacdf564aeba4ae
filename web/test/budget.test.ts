import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { brotliCompressSync, constants } from 'node:zlib'

interface Chunk {
  file: string
  src?: string
  imports?: string[]
  isEntry?: boolean
  css?: string[]
}

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8')) as Record<string, Chunk>
const entry = Object.keys(manifest).find((k) => manifest[k]?.isEntry) ?? ''

const sizes = new Map<string, number>()
function brotli(file: string): number {
  const known = sizes.get(file)
  if (known !== undefined) return known
  const plain = readFileSync(`dist/${file}`)
  const size = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }).length
  sizes.set(file, size)
  return size
}

/** All files of script that modules bring with them, by the build's own graph. */
function closure(keys: string[]): Set<string> {
  const files = new Set<string>()
  const seen = new Set<string>()
  const visit = (key: string) => {
    if (seen.has(key)) return
    seen.add(key)
    const chunk = manifest[key]
    if (!chunk) throw new Error(`the build has no ${key}`)
    files.add(chunk.file)
    chunk.imports?.forEach(visit)
  }
  keys.forEach(visit)
  return files
}

const kilobytes = (keys: string[]) => [...closure(keys)].reduce((sum, file) => sum + brotli(file), 0) / 1024
const frame = 'src/app/Frame.tsx'
const pages = Object.keys(manifest).filter((k) => /^src\/features\/(?!auth\/).*Page\.tsx$/.test(k))

test('sign-in and sign-up bring at most 120 KB of script', () => {
  for (const page of ['src/features/auth/SignInPage.tsx', 'src/features/auth/SignUpPage.tsx']) {
    const size = kilobytes([entry, page])
    console.info(`${page} ${size.toFixed(1)} KB`)
    expect(size, page).toBeGreaterThan(50)
    expect(size, page).toBeLessThanOrEqual(120)
  }
})

test('every page in the frame brings at most 150 KB of script', () => {
  expect(pages.length).toBeGreaterThan(7)
  for (const page of pages) {
    const size = kilobytes([entry, frame, page])
    console.info(`${page} ${size.toFixed(1)} KB`)
    expect(size, page).toBeLessThanOrEqual(150)
  }
})

test('the styles are at most 15 KB', () => {
  const css = new Set(Object.values(manifest).flatMap((c) => c.css ?? []))
  const size = [...css].reduce((sum, file) => sum + brotli(file), 0) / 1024
  expect(size).toBeGreaterThan(1)
  expect(size).toBeLessThanOrEqual(15)
})

test('no script or style names an address of others', () => {
  const html = readFileSync('dist/index.html', 'utf8')
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  // The content policy lets in none.
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=/)
  for (const css of new Set(Object.values(manifest).flatMap((c) => c.css ?? []))) expect(readFileSync(`dist/${css}`, 'utf8')).not.toMatch(/url\(["']?(https?:)?\/\//)
})
