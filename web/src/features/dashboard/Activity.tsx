import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Icon } from '@/components/ui/icon'
import { Loaded } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { dateTime, since } from '@/lib/format'
import { condense, sentenceOf } from './sentence'
import { useActivity } from './useActivity'

const tones = { bad: 'text-bad', good: 'text-good', warn: 'text-warn' }

/** What happened last. */
export function Activity({ siteId }: { siteId: string }) {
  const query = useActivity(siteId)
  const [all, setAll] = useState(false)
  return (
    <Card title="Activity" flush>
      <Loaded query={query} rows={4}>
        {(events) => {
          const lines = condense(events)
          if (lines.length === 0) return <p className="p-4 text-soft">Nothing has happened yet.</p>
          return (
            <>
              <ul className="py-2">
                {lines.slice(0, all ? 100 : 8).map(({ event, more }) => {
                  const s = sentenceOf(event)
                  if (!s) return null
                  return (
                    <li key={event.id} className="flex items-start gap-2.5 px-4 py-1.5">
                      <Icon name={s.icon} className={cx('mt-0.5 size-4', s.tone ? tones[s.tone] : 'text-faint')} />
                      <p className="min-w-0 flex-1 break-words">
                        {s.text}
                        {more > 0 && <span className="text-soft"> and {more} more</span>}
                        {s.detail && <span className="block text-sm text-soft">{s.detail}</span>}
                      </p>
                      <time dateTime={event.time} onMouseEnter={(e) => (e.currentTarget.title = dateTime(event.time))} className="shrink-0 text-xs leading-6 text-faint">
                        {since(event.time)}
                      </time>
                    </li>
                  )
                })}
              </ul>
              {lines.length > 8 && (
                <Button look="quiet" size="sm" className="mx-3 mb-2" aria-expanded={all} onClick={() => setAll(!all)}>
                  {all ? 'Less' : 'More'}
                </Button>
              )}
            </>
          )
        }}
      </Loaded>
    </Card>
  )
}
