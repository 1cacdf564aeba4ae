import * as Radix from '@radix-ui/react-tooltip'
import type { ReactNode } from 'react'

/** A few words about a control, by pointer or focus. The control must have a name of its own. */
export function Tooltip({ text, keys, children }: { text: string; keys?: string; children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={400}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content sideOffset={5} collisionPadding={8} className="z-50 max-w-72 rounded-md bg-solid px-2 py-1 text-sm text-on-solid shadow-pop">
            {text}
            {keys && <span className="ml-2 opacity-70">{keys}</span>}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  )
}
