import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { imageModels, textModels } from '@/features/settings/models'

test('the program knows every model that the app suggests', () => {
  const registry = readFileSync('../internal/ai/registry.go', 'utf8') + readFileSync('../internal/ai/models.go', 'utf8')
  const gone = registry.slice(registry.indexOf('func shutDown()'))
  for (const { id } of [...textModels, ...imageModels]) {
    expect(registry, id).toMatch(new RegExp(`[" ]${id.replaceAll('.', '\\.')}[" ]`))
    expect(gone.slice(0, gone.indexOf('\n}')), id).not.toMatch(new RegExp(`" ?.*[" ]${id.replaceAll('.', '\\.')}[" ].*\\)`))
  }
})
