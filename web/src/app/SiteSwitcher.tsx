import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearchParams } from 'react-router'
import { sitesQuery } from '@/api/auth/list-sites'
import { Icon } from '@/components/ui/icon'
import { Menu, MenuChoice, MenuItem, MenuLine } from '@/components/ui/menu'
import { useLastSite } from '@/stores/site'
import { chooseSite } from './choose'

/** The site that pages show, and the way to another. */
export function SiteSwitcher() {
  const { data: sites = [] } = useQuery(sitesQuery)
  const [params, setParams] = useSearchParams()
  const last = useLastSite()
  const navigate = useNavigate()
  const site = chooseSite(sites, params.get('site'), last.id)
  const change = (id: string) => {
    last.set(id)
    // Filters are of one site's list, so another site begins without them.
    if (params.has('site')) setParams({ site: id })
  }
  return (
    <Menu
      align="start"
      label="Site"
      trigger={
        <button type="button" className="flex h-9 w-full items-center gap-2 rounded-md border border-line bg-panel px-2 text-left hover:bg-hover">
          <Icon name="site" className="size-4 text-faint" />
          <span className="sr-only">Site: </span>
          <span className="min-w-0 flex-1 truncate font-medium">{site?.name ?? 'No site yet'}</span>
          <Icon name="down" className="size-3.5 text-faint" />
        </button>
      }
    >
      <MenuChoice value={site?.id ?? ''} choices={sites.map((s) => ({ value: s.id, label: s.name }))} onChange={change} />
      {sites.length > 0 && <MenuLine />}
      {site && (
        <MenuItem icon="settings" onSelect={() => void navigate(`/sites/${site.id}`)}>
          Settings of {site.name}
        </MenuItem>
      )}
      <MenuItem icon="plus" onSelect={() => void navigate('/start')}>
        Add a site
      </MenuItem>
    </Menu>
  )
}
