// @vitest-environment happy-dom
import { act, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import type { ContentFull } from '@/api/writer/get-content'
import { updateContent } from '@/api/writer/update-content'
import { EditContent } from '@/features/writer/EditContent'

vi.mock('@/api/writer/update-content', () => ({ updateContent: vi.fn() }))

const content = {
  id: 'con_1', site: 'sit_1', version: 3, title: 'Tea', slug: 'tea', meta_title: 'Tea', meta_description: '', excerpt: '', primary_keyword: 'tea', content_html: '<p>Tea</p>', site_status: 'not_published',
  tags: ['tea'], categories: ['When it comes to tea, small teams, as ever, compare', 'Cups'],
} as unknown as ContentFull

test('a list that nobody touched is not sent, though one of it has commas of its own', async () => {
  ;(globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true
  const save = vi.mocked(updateContent).mockResolvedValue(content)
  const box = document.body.appendChild(document.createElement('div'))
  const root = createRoot(box)
  act(() => root.render(createElement(EditContent, { content, onClose: () => undefined, onSaved: () => undefined, onReread: () => undefined })))
  const button = () => [...box.querySelectorAll('button')].find((b) => b.textContent === 'Save')
  const type = (label: string, text: string) => {
    const field = [...box.querySelectorAll('label')].find((l) => l.textContent === label)?.htmlFor ?? ''
    const input = document.getElementById(field) as HTMLInputElement
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text)
      input.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }
  expect(button()?.disabled).toBe(true)
  type('Meta title', 'Tea at home')
  await act(() => Promise.resolve(button()?.click()))
  expect(save.mock.calls).toEqual([['sit_1', 'con_1', { meta_title: 'Tea at home' }, 3]])
  type('Tags', 'tea, green tea')
  await act(() => Promise.resolve(button()?.click()))
  expect(save.mock.calls[1]?.[2]).toEqual({ meta_title: 'Tea at home', tags: ['tea', 'green tea'] })
  act(() => root.unmount())
})
