import { useQuery } from '@tanstack/react-query'
import { estimateQuery } from '@/api/automation/estimate-run'
import type { Cost } from '@/components/ui/confirm'

/**
 * What so many items of a stage cost as a rule: the stage's part of the run's estimate, by item.
 * `ready` false: still asked for; cost undefined: nothing of the kind waits, so nobody can tell.
 */
export function useStageCost(site: string, stage: number, items: number, enabled: boolean): { ready: boolean; cost: Cost | undefined } {
  const { data, isFetched } = useQuery({ ...estimateQuery(site), enabled })
  if (!data) return { ready: isFetched, cost: undefined }
  const part = data.stages.find((s) => s.stage === stage)
  const units = part ? part.waiting + part.coming : 0
  if (!part || units === 0) return { ready: true, cost: undefined }
  const estimated = Math.ceil((part.estimated_credits / units) * items)
  return { ready: true, cost: { estimated, balance: data.current_balance, sufficient: estimated <= data.current_balance } }
}
