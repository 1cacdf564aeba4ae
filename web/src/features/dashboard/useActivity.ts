import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listEvents } from '@/api/events/list-events'
import type { AccountEvent } from '@/api/types'
import { events } from '@/lib/events'

const most = 200

/** The newest events of a site, newest first, and those that come while one looks. */
export function useActivity(siteId: string) {
  const client = useQueryClient()
  useEffect(
    () =>
      events.listen((event) => {
        if (event.site && event.site !== siteId) return
        client.setQueryData<AccountEvent[]>(['activity', siteId], (list) => (list ? merge(list, [event]) : list))
      }),
    [client, siteId],
  )
  return useQuery({
    queryKey: ['activity', siteId],
    queryFn: async ({ signal }) => merge([], (await listEvents('', { stream: false, limit: most, site: siteId, signal })).results),
  })
}

/** Puts events together, each once, newest first by time. */
export function merge(list: readonly AccountEvent[], more: readonly AccountEvent[]): AccountEvent[] {
  const byId = new Map([...list, ...more].map((e) => [e.id, e]))
  return [...byId.values()].sort((a, b) => later(a.time, b.time) || later(a.id, b.id)).slice(0, most)
}

/** Both are written so that they sort by their letters. */
function later(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? 1 : -1
}
