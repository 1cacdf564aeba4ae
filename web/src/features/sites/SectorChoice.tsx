import type { Industry } from '@/api/types'
import { cx } from '@/lib/cx'

export const MAX_SECTORS = 5

/** The sectors of an industry, up to five of them. */
export function SectorChoice({ industry, chosen, onChange, fault }: { industry: Industry; chosen: readonly string[]; onChange: (slugs: string[]) => void; fault?: string | undefined }) {
  const full = chosen.length >= MAX_SECTORS
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">
        Sectors <span className="font-normal text-faint">· up to {MAX_SECTORS}</span>
      </legend>
      <div className="flex flex-wrap gap-2">
        {industry.sectors.map((s) => {
          const on = chosen.includes(s.slug)
          return (
            <label
              key={s.slug}
              className={cx('flex items-center gap-2 rounded-md border px-2.5 py-1.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-ember', on ? 'border-ember bg-ember-wash text-ink' : 'border-line bg-panel hover:bg-hover', !on && full && 'opacity-50')}
            >
              <input type="checkbox" className="accent-ember" checked={on} disabled={!on && full} onChange={() => onChange(on ? chosen.filter((c) => c !== s.slug) : [...chosen, s.slug])} />
              {s.name}
            </label>
          )
        })}
      </div>
      {fault && (
        <p role="alert" className="mt-1 text-sm text-bad">
          {fault}
        </p>
      )}
    </fieldset>
  )
}
