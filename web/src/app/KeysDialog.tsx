import { Dialog } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/page'
import { activeShortcuts } from '@/lib/shortcuts'

const show = (keys: string) => keys.replace('mod+', 'Ctrl ').split(' ').map((k) => (k === 'Escape' ? 'Esc' : k.length === 1 ? k : k))

/** The keys that work at the moment. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const groups = Map.groupBy(activeShortcuts().filter((s) => !s.hidden), (s) => s.group ?? 'This page')
  return (
    <Dialog open onClose={onClose} title="Keyboard" size="md">
      <div className="grid gap-x-8 gap-y-4 pb-3 sm:grid-cols-2">
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3 className="mb-1 text-sm text-faint">{group}</h3>
            <dl>
              {list.map((s) => (
                <div key={s.keys} className="flex items-center justify-between gap-3 py-1">
                  <dt>{s.label}</dt>
                  <dd className="flex gap-1">
                    {show(s.keys).map((k, i) => (
                      <Kbd key={i}>{k}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
