import { expect, test } from 'vitest'
import { Typed } from '@/components/grid/typed'

test('what the box has sent comes back late and is not written over what was typed since', () => {
  const typed = new Typed('')
  expect(typed.show('')).toBe(false)
  expect(typed.send('coffee')).toBe(true)
  expect(typed.send('coffee maker')).toBe(true)
  expect(typed.show('coffee')).toBe(false)
  expect(typed.show('coffee maker')).toBe(false)
  expect(typed.show('')).toBe(true)
})

test('values that the page skips are forgotten, so that they are news when they come from elsewhere', () => {
  const typed = new Typed('tea')
  for (const value of ['t', 'te', 'ten']) typed.send(value)
  expect(typed.show('ten')).toBe(false)
  expect(typed.show('te')).toBe(true)
  expect(typed.show('t')).toBe(true)
})

test('a value that is there already is neither sent nor waited for', () => {
  const typed = new Typed('tea')
  expect(typed.send('tea')).toBe(false)
  typed.send('te')
  expect(typed.send('te')).toBe(false)
  expect(typed.send('tea')).toBe(true)
  expect(typed.show('tea')).toBe(false)
  expect(typed.show('')).toBe(true)
})
