import { useNavigate } from 'react-router'
import { logout } from '@/api/auth/logout'
import { useSession } from '@/api/session'
import { Icon } from '@/components/ui/icon'
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '@/components/ui/menu'
import { useTheme, type Theme } from '@/stores/theme'

const themes = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

export function AccountMenu({ onKeys }: { onKeys: () => void }) {
  const user = useSession((s) => s.user)
  const theme = useTheme()
  const navigate = useNavigate()
  if (!user) return null
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ') || user.email
  return (
    <div className="border-t border-line p-2">
      <Menu
        label="Account"
        align="start"
        trigger={
          <button type="button" className="flex h-10 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover">
            <span aria-hidden className="grid size-6 shrink-0 place-items-center rounded-full bg-ember-wash text-xs font-semibold text-ember uppercase">
              {name.charAt(0)}
            </span>
            <span className="min-w-0 flex-1">
              <span className="sr-only">Account: </span>
              <span className="block truncate text-sm font-medium">{name}</span>
              <span className="block truncate text-xs text-faint">{user.account.name}</span>
            </span>
            <Icon name="up" className="size-3.5 text-faint" />
          </button>
        }
      >
        <MenuItem icon="user" onSelect={() => void navigate('/account/profile')}>
          Profile and password
        </MenuItem>
        <MenuItem icon="keyboard" hint="?" onSelect={onKeys}>
          Keyboard
        </MenuItem>
        <MenuLine />
        <MenuLabel>Look</MenuLabel>
        <MenuChoice value={theme.theme} choices={themes} onChange={(t) => theme.set(t as Theme)} />
        <MenuLine />
        <MenuItem icon="out" onSelect={() => void logout()}>
          Sign out
        </MenuItem>
      </Menu>
    </div>
  )
}
