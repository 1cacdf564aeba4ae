import type { ComponentType } from 'react'
import { routes as account } from '@/features/account/routes'
import { routes as automation } from '@/features/automation/routes'
import { routes as credits } from '@/features/credits/routes'
import { routes as dashboard } from '@/features/dashboard/routes'
import { routes as onboarding } from '@/features/onboarding/routes'
import { routes as planner } from '@/features/planner/routes'
import { routes as settings } from '@/features/settings/routes'
import { routes as sites } from '@/features/sites/routes'
import { routes as writer } from '@/features/writer/routes'

/** A page of the app. Its code is loaded when it is gone to. */
export interface AppRoute {
  /** As in the address, from the root: `/planner/keywords`, `/automation/runs/:id`. */
  path: string
  load: () => Promise<{ default: ComponentType }>
  /** The page shows one site: the frame puts `site` into the address, and useSite() gives it. */
  perSite?: boolean
}

export const routes: readonly AppRoute[] = [...dashboard, ...planner, ...writer, ...automation, ...sites, ...credits, ...settings, ...account, ...onboarding]
