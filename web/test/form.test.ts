// @vitest-environment happy-dom
import { act, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { object, string } from 'valibot'
import { expect, test } from 'vitest'
import { Problem } from '@/api/problem'
import { useForm } from '@/lib/form'

interface Rec {
  version: number
  name: string
  about: string
}
const schema = object({ name: string(), about: string() })

/** Renders a form of a record on a program that has it at a version, and refuses what was read before. */
function formOf(record: Rec) {
  ;(globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true
  const root = createRoot(document.createElement('div'))
  const kept = { record }
  const sent: number[] = []
  let form: ReturnType<typeof useForm<{ name: string; about: string }, typeof schema>> | undefined
  function Probe({ r }: { r: Rec }) {
    form = useForm(
      schema,
      { name: r.name, about: r.about },
      (v, _, version) => {
        sent.push(version ?? -1)
        if (version !== kept.record.version) return Promise.reject(new Problem({ status: 412, code: 'changed_meanwhile', message: 'changed', fields: {}, requestId: 'req_1' }))
        kept.record = { ...v, version: version + 1 }
        show()
        return Promise.resolve()
      },
      { version: r.version, again: () => show() },
    )
    return null
  }
  const show = () => root.render(createElement(Probe, { r: kept.record }))
  act(show)
  const now = () => {
    if (!form) throw new Error('not rendered')
    return form
  }
  const others = (change: Partial<Rec>, read = true) => {
    kept.record = { ...kept.record, ...change, version: kept.record.version + 1 }
    if (read) act(show)
  }
  return { now, others, sent, kept }
}

test('others’ change is shown while nothing is typed, and told once something is', () => {
  const { now, others } = formOf({ version: 1, name: 'a', about: 'x' })
  others({ name: 'b' })
  expect(now().values.name).toBe('b')
  act(() => now().set('name', 'mine'))
  others({ about: 'theirs' })
  expect(now().values).toEqual({ name: 'mine', about: 'x' })
  expect(now().overtaken?.lines).toEqual([{ name: 'about', was: 'x', is: 'theirs' }])
  act(() => now().overtaken?.onTake())
  expect(now().values).toEqual({ name: 'mine', about: 'theirs' })
  expect(now().overtaken).toBeNull()
})

test('a change that others were faster than is refused, told, and can be sent again over theirs', async () => {
  const { now, others, sent, kept } = formOf({ version: 1, name: 'a', about: 'x' })
  act(() => now().set('name', 'mine'))
  others({ name: 'theirs' }, false)
  await act(() => now().submit())
  expect(now().overtaken).toMatchObject({ mine: ['name'], lines: [{ name: 'name', was: 'a', is: 'theirs' }] })
  expect(now().failure).toBeNull()
  act(() => now().overtaken?.onTake())
  await act(() => now().submit())
  expect(sent).toEqual([1, 2])
  expect(kept.record).toEqual({ version: 3, name: 'mine', about: 'x' })
  expect(now().overtaken).toBeNull()
})

test('a change of others beside what the form shows keeps nobody from saving', async () => {
  const { now, others, sent } = formOf({ version: 1, name: 'a', about: 'x' })
  act(() => now().set('name', 'mine'))
  others({})
  expect(now().overtaken).toBeNull()
  await act(() => now().submit())
  expect(sent).toEqual([2])
})
