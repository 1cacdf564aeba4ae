// Writes a brotli and a gzip copy beside each file of dist/ that shrinks; the server sends them as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = new URL('../dist', import.meta.url).pathname
const texts = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt'])

for (const name of readdirSync(dist, { recursive: true })) {
  if (!texts.has(extname(name)) || name.startsWith('.vite')) continue
  const file = join(dist, name)
  const plain = readFileSync(file)
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })
  if (brotli.length >= plain.length) continue
  writeFileSync(`${file}.br`, brotli)
  writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }))
}
