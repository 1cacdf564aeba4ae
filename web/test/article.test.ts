// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { parseImport, writeImport } from '@/features/planner/importState'
import { checksOf, mentions } from '@/features/writer/checks'
import { articlePage } from '@/features/writer/page'

const picture = (image_type: string, position: number, more = {}) => ({ image_type, position, status: 'generated', alt_text: `${image_type} ${position}`, caption: '', image_url: `/files/${image_type}-${position}.webp`, ...more })

test('pictures stand where publishing puts them: the first above, one after each heading, the rest at the end', () => {
  const page = articlePage({ title: 'Hoses', content_html: '<p>a</p><h2>One</h2><p>b</p>', images: [picture('in_article', 1), picture('featured', 0), picture('in_article', 0), picture('in_article', 2, { status: 'pending' })] }, '/a.css', 'dark')
  const order = [...page.matchAll(/featured-0|in_article-\d|<h2>|<p>[ab]/g)].map((m) => m[0])
  expect(order).toEqual(['featured-0', '<p>a', '<h2>', 'in_article-0', '<p>b', 'in_article-1'])
})

test('what people wrote beside the text can’t become markup of the page', () => {
  const page = articlePage({ title: '<script>x</script>', content_html: '<p>ok</p>', images: [picture('featured', 0, { alt_text: '"><script>y</script>', caption: '<b>z' })] }, '/a.css', '')
  const doc = new DOMParser().parseFromString(page, 'text/html')
  expect(doc.querySelectorAll('script, b').length).toBe(0)
  expect(doc.querySelector('h1')?.textContent).toBe('<script>x</script>')
  expect(doc.querySelector('img')?.getAttribute('alt')).toBe('"><script>y</script>')
})

test('a keyword is found in any form of writing, and not in parts of words', () => {
  expect(mentions('The Best Garden-Hoses, compared', 'garden hose')).toBe(true)
  expect(mentions('Gardening', 'garden')).toBe(false)
})

test('checks tell what to look at', () => {
  const content = { title: 'Garden hose', meta_title: 'Short', meta_description: '', primary_keyword: 'garden hose', word_count: 120, images_expected: 2, images: [{ status: 'generated', alt_text: '' }] }
  const body = new DOMParser().parseFromString('<p>About a garden hose.</p><h2>One</h2><a href="javascript:x">x</a>', 'text/html')
  const states = Object.fromEntries(checksOf(content, body).map((c) => [c.key, c.state]))
  expect(states).toEqual({ words: 'look', headings: 'look', links: 'bad', 'keyword-title': 'good', 'keyword-first': 'good', 'meta-title': 'look', 'meta-description': 'look', images: 'look', alt: 'look' })
})

test('where an import stands survives the address', () => {
  const state = { uploads: ['upl_1', 'upl_2'], tags: ['q1'], anyOrder: true, mapping: { volume: 'Searches & more', keyword: '' }, dry: 'job_1', job: '' }
  const written = writeImport(new URLSearchParams('site=sit_1&page=3'), state)
  expect(parseImport(written)).toEqual(state)
  expect(written.get('site')).toBe('sit_1')
  expect(written.has('page')).toBe(false)
})
