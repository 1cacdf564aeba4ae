import { expect, it } from 'vitest'
import { vectorCost } from '@/lib/vectors'

it('tells what vectors cost, however little it is', () => {
  expect(vectorCost(1000, 4)).toBe('1 credit (less than $0.0001 at OpenAI)')
  expect(vectorCost(50_000, 6000)).toBe('50 credits ($0.006 at OpenAI)')
  expect(vectorCost(2_000_000, 250_000)).toBe('2,000 credits ($0.25 at OpenAI)')
})
