import * as Radix from '@radix-ui/react-dropdown-menu'
import type { ReactNode } from 'react'
import { cx } from '@/lib/cx'
import { Icon, type IconName } from './icon'
import type { MenuProps } from './menu'

/** The menu itself, open from the start. `modal={false}`: the modal kind writes styles that the content policy forbids. */
export function OpenMenu({ trigger, children, align = 'end', label }: MenuProps) {
  return (
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      {/* In a landmark, where those who go by landmarks find it. */}
      <Radix.Portal container={document.getElementById('main')}>
        <Radix.Content aria-label={label} align={align} sideOffset={4} collisionPadding={8} className="rise z-50 max-h-[70vh] min-w-44 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-pop">
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const row = 'flex w-full cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-base outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover'

export function MenuItem({ icon, children, onSelect, danger, disabled, hint }: { icon?: IconName; children: ReactNode; onSelect: () => void; danger?: boolean; disabled?: boolean; hint?: string }) {
  return (
    <Radix.Item disabled={disabled} onSelect={onSelect} className={cx(row, danger && 'text-bad')}>
      {icon && <Icon name={icon} />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint && <span className="text-xs text-faint">{hint}</span>}
    </Radix.Item>
  )
}

export function MenuCheck({ checked, children, onChange }: { checked: boolean; children: ReactNode; onChange: (on: boolean) => void }) {
  return (
    <Radix.CheckboxItem checked={checked} onCheckedChange={onChange} onSelect={(e) => e.preventDefault()} className={row}>
      <span className="grid size-4 place-items-center">{checked && <Icon name="check" />}</span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Radix.CheckboxItem>
  )
}

export function MenuChoice({ value, choices, onChange }: { value: string; choices: readonly { value: string; label: string }[]; onChange: (value: string) => void }) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onChange}>
      {choices.map((c) => (
        <Radix.RadioItem key={c.value} value={c.value} className={row}>
          <span className="grid size-4 place-items-center">{c.value === value && <Icon name="check" />}</span>
          <span className="min-w-0 flex-1 truncate">{c.label}</span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export const MenuLabel = ({ children }: { children: ReactNode }) => <Radix.Label className="px-2 pt-1.5 pb-1 text-xs text-faint">{children}</Radix.Label>
export const MenuLine = () => <Radix.Separator className="my-1 h-px bg-line" />
