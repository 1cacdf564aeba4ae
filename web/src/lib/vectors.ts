/** What vectors cost, in words. */
import { credits, dollars, plural } from './format'

/** "1 credit (less than $0.0001 at OpenAI)". */
export function vectorCost(thousandths: number, micro: number): string {
  const n = thousandths / 1000
  return `${n === 1 ? plural(1, 'credit') : `${credits(thousandths)} credits`} (${micro < 100 ? 'less than $0.0001' : dollars(micro)} at OpenAI)`
}
