import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { sitesQuery } from '@/api/auth/list-sites'
import { ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Page, PageHead } from '@/components/ui/page'
import { Loaded } from '@/components/ui/states'
import { cx } from '@/lib/cx'
import { ConnectStep } from './ConnectStep'
import { ImportStep } from './ImportStep'
import { RunStep } from './RunStep'
import { SiteStep } from './SiteStep'

const steps = [
  { key: 'site', name: 'Your site' },
  { key: 'connect', name: 'Where articles go' },
  { key: 'import', name: 'Keywords' },
  { key: 'run', name: 'First run' },
] as const

export type StepKey = (typeof steps)[number]['key']

/** From an address to the first articles. Where one is stands in the address, so that a reload goes on there. */
export default function OnboardingPage() {
  const [params, setParams] = useSearchParams()
  const query = useQuery(sitesQuery)
  const wanted = params.get('step')
  const step = params.get('site') ? (steps.find((s) => s.key === wanted)?.key ?? 'connect') : 'site'
  const go = (to: StepKey, site = params.get('site') ?? '') => setParams({ step: to, site })
  return (
    <Page narrow>
      <PageHead title="Set up a site" lead="Four short steps, then the first articles are written. Each can be changed later." />
      <ol className="mb-5 flex flex-wrap gap-x-5 gap-y-2">
        {steps.map((s, i) => {
          const at = steps.findIndex((x) => x.key === step)
          return (
            <li key={s.key} aria-current={i === at ? 'step' : undefined} className={cx('flex items-center gap-2 text-sm', i === at ? 'font-medium text-ink' : 'text-faint')}>
              <span className={cx('figures grid size-5 place-items-center rounded-full text-xs', i < at ? 'bg-good-wash text-good' : i === at ? 'bg-ember-wash text-ember' : 'bg-hover')}>
                {i < at ? <Icon name="check" className="size-3" /> : i + 1}
              </span>
              {s.name}
              {i < at && <span className="sr-only">done</span>}
            </li>
          )
        })}
      </ol>
      <div tabIndex={-1} className="outline-none">
        {step === 'site' ? (
          <SiteStep onDone={(id) => go('connect', id)} />
        ) : (
          <Loaded query={query}>
            {(sites) => {
              const site = sites.find((s) => s.id === params.get('site'))
              if (!site) return <p>This site is not in your account. <ButtonLink to="/sites" size="sm">All sites</ButtonLink></p>
              if (step === 'connect') return <ConnectStep site={site} onDone={() => go('import')} />
              if (step === 'import') return <ImportStep site={site} onDone={() => go('run')} />
              return <RunStep site={site} />
            }}
          </Loaded>
        )}
      </div>
    </Page>
  )
}
