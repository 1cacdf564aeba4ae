/**
 * Answers of operations that the API's document does not have yet. Each goes away when
 * schema.d.ts has its operation. Amounts are in thousandths of credits.
 */
import type { Run } from './types'

/** `GET /v1/events/` */
export interface AccountEvent {
  id: string
  kind: string
  time: string
  site?: string
  run?: string
  stage?: number
  job?: string
  item?: string
  title?: string
  reason?: string
  cause?: string
  counts?: Record<string, number>
  total?: number
  credits_left?: number
}

export interface EventPage {
  results: AccountEvent[]
  next_cursor: string
}

/** `GET /v1/billing/credits/balance/` */
export interface Balance {
  credits: number
  plan_credits: number
  bonus_credits: number
  held_credits: number
  plan_expires_at?: string
}

/** A line of `GET /v1/billing/credits/transactions/` */
export interface Transaction {
  seq: number
  transaction_type: 'hold' | 'charge' | 'release' | 'grant' | 'expire'
  amount: number
  held: number
  spent: number
  balance_after: number
  reference_id: string
  site_id?: string
  run_id?: string
  stage?: number
  created_at: string
}

export interface TransactionPage {
  results: Transaction[]
  next_cursor: string
}

/** `GET /v1/billing/credits/usage/summary/` */
export interface UsageSummary {
  from: string
  to: string
  credits_used: number
  by_stage: { stage: number; name: string; credits_used: number }[]
  by_site: { site_id: string; credits_used: number }[]
  by_day: { day: string; credits_used: number }[]
}

/** `GET /v1/system/prompts/` */
export interface Prompt {
  prompt_type: string
  prompt: string
  default_prompt: string
  is_custom: boolean
  placeholders: { name: string; holds: string }[]
  updated_at: string | null
  version: number
}

/** `GET /v1/automation/pipeline_overview/` */
export interface PipelineStage {
  stage: number
  name: string
  of?: string
  counts: Record<string, number>
  total?: number
  pending: number
}

/** `GET /v1/account/overview/` */
export interface Overview {
  counts: {
    keywords: number
    clusters: number
    ideas: number
    tasks: number
    contents: Record<string, number>
    images: Record<string, number>
  }
  needs: Need[]
  balance: Balance
  run: Partial<Run> | null
}

export interface Need {
  kind: string
  count?: number
  run_id?: string
  integration_id?: string
  cause?: string
  reason: string
}
