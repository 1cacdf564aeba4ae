// @vitest-environment happy-dom
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { act } from 'react'
import { expect, test } from 'vitest'
import { meanwhileOf, useDraft } from '@/lib/draft'

interface Rec {
  version: number
  name: string
  about: string
}
const valuesOf = ({ name, about }: Rec) => ({ name, about })

/** Renders the hook for a record; `of` gives it another reading. */
function drafted(record: Rec) {
  ;(globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true
  const root = createRoot(document.createElement('div'))
  const seen: { now: ReturnType<typeof useDraft<Rec, { name: string; about: string }>> | null } = { now: null }
  function Probe({ r }: { r: Rec }) {
    const draft = useDraft(r, valuesOf)
    seen.now = draft
    return null
  }
  const of = (r: Rec) => act(() => root.render(createElement(Probe, { r })))
  of(record)
  const draft = () => {
    if (!seen.now) throw new Error('not rendered')
    return seen.now
  }
  return { of, draft }
}

test('a newer reading is shown at once while nothing is typed', () => {
  const { of, draft } = drafted({ version: 1, name: 'a', about: 'x' })
  of({ version: 2, name: 'b', about: 'x' })
  expect(draft().now.name).toBe('b')
  expect(draft().overtaken).toBeNull()
})

test('what is typed stays when others change the record, and is sent with the version that was read', () => {
  const { of, draft } = drafted({ version: 1, name: 'a', about: 'x' })
  act(() => draft().set({ name: 'mine' }))
  of({ version: 2, name: 'a', about: 'theirs' })
  expect(draft().now).toEqual({ name: 'mine', about: 'x' })
  act(() => draft().set({ name: 'mine' }))
  expect(draft().base.version).toBe(1)
  expect(draft().overtaken).toEqual([{ name: 'about', was: 'x', is: 'theirs' }])
  act(() => draft().rebase())
  expect(draft().now).toEqual({ name: 'mine', about: 'theirs' })
  expect(draft().change).toEqual({ name: 'mine' })
  expect(draft().base.version).toBe(2)
  expect(draft().overtaken).toBeNull()
})

test('what others changed beside what is shown keeps nobody from saving', () => {
  const { of, draft } = drafted({ version: 1, name: 'a', about: 'x' })
  act(() => draft().set({ name: 'mine' }))
  of({ version: 2, name: 'a', about: 'x' })
  expect(draft().overtaken).toBeNull()
  expect(draft().change).toEqual({ name: 'mine' })
  expect(draft().base.version).toBe(2)
})

test('nothing typed of an earlier time comes back', () => {
  const { of, draft } = drafted({ version: 1, name: 'a', about: 'x' })
  act(() => draft().set({ name: 'b' }))
  act(() => draft().set({ name: 'a' }))
  of({ version: 2, name: 'c', about: 'x' })
  act(() => draft().set({ about: 'y' }))
  expect(draft().now).toEqual({ name: 'c', about: 'y' })
})

test('lists are compared by what they hold', () => {
  expect(meanwhileOf({ tags: ['a'] }, { tags: ['a'] })).toEqual([])
})
