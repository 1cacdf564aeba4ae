// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { begin, forget, wasSignedIn } from '@/api/session'

const user = { id: 'usr_1', email: 'ann@example.com', first_name: 'Ann', last_name: '', role: 'owner', created_at: '', account: { id: 'acc_1', name: 'A', slug: 'a', owner: 'usr_1', status: 'active', created_at: '' } }

test('a browser remembers that it was signed in, until it signs out', () => {
  expect(wasSignedIn()).toBe(false)
  begin({ user, tokens: { access: 'a', access_expires_at: '', refresh_expires_at: '' } })
  expect(wasSignedIn()).toBe(true)
  forget()
  expect(wasSignedIn()).toBe(false)
})
