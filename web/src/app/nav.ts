import type { IconName } from '@/components/ui/icon'

export interface NavItem {
  to: string
  label: string
  icon: IconName
  /** Second key after g. */
  key: string
  end?: boolean
}

export interface NavGroup {
  label: string
  items: readonly NavItem[]
}

/** The order of the work: plan, write, look after it. */
export const nav: readonly NavGroup[] = [
  {
    label: 'Work',
    items: [
      { to: '/', label: 'Dashboard', icon: 'home', key: 'd', end: true },
      { to: '/automation', label: 'Automation', icon: 'run', key: 'a' },
    ],
  },
  {
    label: 'Plan',
    items: [
      { to: '/planner/keywords', label: 'Keywords', icon: 'key', key: 'k' },
      { to: '/planner/clusters', label: 'Clusters', icon: 'cluster', key: 'c' },
      { to: '/planner/ideas', label: 'Ideas', icon: 'idea', key: 'i' },
    ],
  },
  {
    label: 'Write',
    items: [
      { to: '/writer/tasks', label: 'Tasks', icon: 'task', key: 't' },
      { to: '/writer/content', label: 'Content', icon: 'content', key: 'o' },
      { to: '/writer/review', label: 'Review', icon: 'review', key: 'r' },
      { to: '/writer/images', label: 'Images', icon: 'image', key: 'm' },
    ],
  },
  {
    label: 'Set up',
    items: [
      { to: '/sites', label: 'Sites', icon: 'site', key: 's' },
      { to: '/settings/ai', label: 'AI models', icon: 'settings', key: 'l' },
      { to: '/settings/prompts', label: 'Prompts', icon: 'prompt', key: 'p' },
      { to: '/credits', label: 'Credits', icon: 'credits', key: 'b' },
    ],
  },
]
