/** The seven stages of the work, by number. */
export const stages = [
  { stage: 1, name: 'Keywords → Clusters', from: 'Keywords', to: 'Clusters', path: '/planner/keywords' },
  { stage: 2, name: 'Clusters → Ideas', from: 'Clusters', to: 'Ideas', path: '/planner/clusters' },
  { stage: 3, name: 'Ideas → Tasks', from: 'Ideas', to: 'Tasks', path: '/planner/ideas' },
  { stage: 4, name: 'Tasks → Content', from: 'Tasks', to: 'Content', path: '/writer/tasks' },
  { stage: 5, name: 'Content → Image prompts', from: 'Content', to: 'Image prompts', path: '/writer/content' },
  { stage: 6, name: 'Image prompts → Images', from: 'Image prompts', to: 'Images', path: '/writer/images' },
  { stage: 7, name: 'Review → Published', from: 'Review', to: 'Published', path: '/writer/review' },
] as const

export const stageName = (n: number | undefined) => stages.find((s) => s.stage === n)?.name ?? (n ? `Stage ${n}` : '')
