import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('schema.d.ts is what docs/openapi.json says', () => {
  const made = execFileSync('npx', ['openapi-typescript', '../docs/openapi.json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const kept = readFileSync('src/api/schema.d.ts', 'utf8')
  expect(made.trim() === kept.trim(), 'the API changed: npm run api').toBe(true)
}, 60_000)
