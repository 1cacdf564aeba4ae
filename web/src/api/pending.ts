/**
 * Answers of operations that the API's document does not have yet. Each goes away when
 * schema.d.ts has its operation.
 */

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
}

export interface EventPage {
  results: AccountEvent[]
  next_cursor: string
}

/** `GET /v1/billing/credits/balance/`, in thousandths of credits */
export interface Balance {
  credits: number
  plan_credits: number
  bonus_credits?: number
  held: number
  available: number
  plan_expires_at?: string
}

/** A line of `GET /v1/billing/credits/transactions/`, in thousandths of credits */
export interface Transaction {
  id: string
  kind: string
  amount: number
  balance_after?: number
  description?: string
  site?: string
  created_at: string
}

export interface TransactionPage {
  results: Transaction[]
  next_cursor?: string
}

/** `GET /v1/billing/credits/usage/summary/` */
export interface UsageSummary {
  days: number
  total: number
  by_stage?: { stage: number; name: string; credits: number }[]
  by_kind?: { kind: string; credits: number }[]
  by_day?: { day: string; credits: number }[]
}

/** `GET /v1/system/prompts/` */
export interface Prompt {
  type: string
  name?: string
  description?: string
  prompt: string
  default_prompt?: string
  placeholders?: { name: string; description?: string; required?: boolean }[]
  is_default?: boolean
  updated_at?: string
}

/** `GET /v1/automation/pipeline_overview/` */
export interface PipelineStage {
  stage: number
  name: string
  counts: Record<string, number>
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
    images: number
  }
  needs: Need[]
  balance: Balance
}

export interface Need {
  kind: string
  count?: number
  message?: string
  reason?: string
  site?: string
  run?: string
}
