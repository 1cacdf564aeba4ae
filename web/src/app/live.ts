import { useEffect } from 'react'
import { events, isKnown } from '@/lib/events'
import { queryClient } from './query'

/** Parts of the cache that the account's events make old. */
const groups = ['planner', 'writer', 'automation', 'billing', 'account'] as const

/**
 * Reads the account's events while someone is signed in, and reads again what is on the page
 * after some of them: at most once in 1.5 s, however many come.
 */
export function useLive() {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const drop = events.listen((event, past) => {
      if (isKnown(event, past)) return
      timer ??= setTimeout(() => {
        timer = undefined
        for (const group of groups) void queryClient.invalidateQueries({ queryKey: [group] })
      }, 1500)
    })
    events.start()
    return () => {
      events.stop()
      drop()
      clearTimeout(timer)
    }
  }, [])
}
