import { useQuery } from '@tanstack/react-query'
import { useMemo, useState, type ReactNode } from 'react'
import { getReceiptNames } from './receipt'
import { receiptQuery } from '@/api/writer/get-receipt'
import type { ContentFull } from '@/api/writer/get-content'
import { Status } from '@/components/ui/badge'
import { Icon } from '@/components/ui/icon'
import { Loaded } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { credits, dateTime, dollars } from '@/lib/format'
import { here } from '@/lib/origin'
import { checksOf } from './checks'

/** What to look at beside an article: checks, meta, WordPress, images, what it cost. */
export function Aside({ content, site }: { content: ContentFull; site: string }) {
  return (
    <div className="space-y-5">
      <Checks content={content} />
      <Part title="In search results">
        <div className="rounded-md border border-line bg-panel p-3">
          <p className="truncate text-sm text-info">{content.meta_title || content.title}</p>
          <p className="truncate text-xs text-faint">…/{content.slug}</p>
          <p className="mt-0.5 text-sm text-soft">{content.meta_description || 'No description.'}</p>
        </div>
        <dl className="mt-2 grid gap-1.5 text-sm">
          <Line label="Keyword">{content.primary_keyword || '–'}</Line>
          <Line label="Categories">{content.categories.join(', ') || '–'}</Line>
          <Line label="Tags">{content.tags.join(', ') || '–'}</Line>
        </dl>
      </Part>
      <Part title="On the site">
        <dl className="grid gap-1.5 text-sm">
          <Line label="Published">
            <Status status={content.site_status} />
          </Line>
          {content.external_url && (
            <Line label="Address">
              <a className="break-all text-ember underline" href={content.external_url} target="_blank" rel="noreferrer">
                {content.external_url} <Icon name="outside" className="inline size-3" />
              </a>
            </Line>
          )}
          {content.site_status_updated_at && <Line label="Since">{dateTime(content.site_status_updated_at)}</Line>}
          {(content.publish_warnings ?? []).map((w) => (
            <Line key={w} label="Remark">
              {w}
            </Line>
          ))}
        </dl>
      </Part>
      <Images content={content} />
      <Receipt site={site} id={content.id} />
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-1.5 text-base">{title}</h2>
      {children}
    </section>
  )
}

const Line = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="flex gap-3">
    <dt className="w-24 shrink-0 text-faint">{label}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
)

const marks = { good: { icon: 'check', look: 'text-good', word: 'Good' }, look: { icon: 'info', look: 'text-warn', word: 'Look at it' }, bad: { icon: 'warn', look: 'text-bad', word: 'Wrong' } } as const

function Checks({ content }: { content: ContentFull }) {
  const checks = useMemo(() => checksOf(content, new DOMParser().parseFromString(content.content_html, 'text/html')), [content])
  return (
    <Part title="Checks">
      <ul className="grid gap-1 text-sm">
        {checks.map((c) => {
          const mark = marks[c.state]
          return (
            <li key={c.key} className="flex items-start gap-2">
              <Icon name={mark.icon} className={cx('mt-0.5 size-4', mark.look)} />
              <span className="sr-only">{mark.word}: </span>
              <span className="min-w-0">
                {c.label} <span className="text-soft">{c.text}</span>
              </span>
            </li>
          )
        })}
      </ul>
    </Part>
  )
}

function Images({ content }: { content: ContentFull }) {
  const { images } = content
  if (images.length === 0) return null
  return (
    <Part title="Images">
      <ul className="grid grid-cols-3 gap-2">
        {images.map((i) => (
          <li key={i.id} className="min-w-0">
            {i.image_url ? <img src={here(i.image_url)} alt={i.alt_text} loading="lazy" className="aspect-square w-full rounded-md bg-hover object-cover" /> : <span className="grid aspect-square place-items-center rounded-md bg-hover"><Status status={i.status} /></span>}
            <p className="mt-0.5 truncate text-xs text-faint">{i.image_type === 'featured' ? 'Featured' : `In the text, ${i.position + 1}`}</p>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** What each provider call cost; read when one opens it. */
function Receipt({ site, id }: { site: string; id: string }) {
  const [open, setOpen] = useState(false)
  const query = useQuery({ ...receiptQuery(site, id), enabled: open })
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary className="text-base font-semibold">What it cost</summary>
      <Loaded query={query} rows={3}>
        {(r) => (
          <div className="mt-2">
            <p className="figures mb-2 text-sm">
              {credits(r.credits_used)} credits, {dollars(r.cost_micro_usd)} to the providers
            </p>
            <ul className="figures divide-y divide-line text-sm">
              {r.lines.map((l, i) => (
                <li key={i} className="flex gap-2 py-1.5">
                  <span className="min-w-0 flex-1">
                    {l.stage_name}
                    {l.shared && <span className="text-faint"> (its part)</span>}
                    <span className="block text-xs text-faint">{getReceiptNames(l)}</span>
                  </span>
                  <span className={l.status === 'failed' ? 'text-bad' : ''}>{credits(l.credits_used)}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Loaded>
    </details>
  )
}
