import type { Member } from '@/api/types'

/** Why a keyword is in its cluster, and which other one would be next. */
export function why(m: Member): string {
  const parts: string[] = []
  if (m.similarity === null) parts.push(m.locked ? 'Put here by hand' : 'No likeness was computed')
  else if (m.similarity >= 0.9995) parts.push('Stands for the cluster')
  else if (m.shared.length > 0) parts.push(`Shares ${m.shared.join(', ')}`)
  else parts.push('Alike by meaning, no word in common')
  if (m.runner_up_name) parts.push(`next: ${m.runner_up_name}${m.runner_up_similarity === null ? '' : ` ${Math.round(m.runner_up_similarity * 100)} %`}`)
  return parts.join(' · ')
}
