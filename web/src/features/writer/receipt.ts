import type { Receipt } from '@/api/writer/get-receipt'
import { count } from '@/lib/format'

type Line = Receipt['lines'][number]

/** A provider call in a few words: who, with which model, how much. */
export function getReceiptNames(l: Line): string {
  const amount = l.images > 0 ? `${l.images} ${l.image_tier ?? ''} image${l.images === 1 ? '' : 's'}`.replace('  ', ' ') : `${count(l.tokens_input + l.tokens_cached)} + ${count(l.tokens_output)} tokens`
  return [l.provider, l.model, amount, l.call === 'repair' ? 'second try' : '', l.status === 'failed' ? 'failed' : ''].filter(Boolean).join(' · ')
}
