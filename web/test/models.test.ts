import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { imageModels, textModels } from '@/features/settings/models'

test('the program knows every model that the app suggests', () => {
  const registry = readFileSync('../internal/ai/registry.go', 'utf8') + readFileSync('../internal/ai/models.go', 'utf8')
  const gone = [...registry.slice(registry.indexOf('func shutDown()')).matchAll(/gone\(.*"([^"]*)"\)/g)].flatMap((m) => (m[1] ?? '').split(' '))
  expect(gone.length).toBeGreaterThan(0)
  for (const { id } of [...textModels, ...imageModels]) {
    expect(registry, id).toMatch(new RegExp(`[" ]${id.replaceAll('.', '\\.')}[" ]`))
    expect(gone, id).not.toContain(id)
  }
})
