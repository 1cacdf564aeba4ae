import type { Meanwhile } from '@/lib/draft'
import { Button } from './button'
import { Icon } from './icon'

const words = (value: unknown) => {
  const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : Array.isArray(value) ? value.join(', ') : typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return text === '' ? 'empty' : text.length > 120 ? `“${text.slice(0, 120)}…”` : `“${text}”`
}

/** Tells what others changed of a record while one typed, and offers to go on from there with all that was typed. */
export function Overtaken({ lines, label, mine, onTake }: { lines: Meanwhile[]; label: (name: string) => string; /** The fields that one has typed in. */ mine: readonly string[]; onTake: () => void }) {
  return (
    <div role="alert" className="flex gap-2.5 rounded-md border border-line bg-sunken p-3">
      <Icon name="warn" className="mt-0.5 size-4 text-warn" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">It was changed meanwhile.</p>
        <ul className="mt-1 text-sm text-soft">
          {lines.map((l) => (
            <li key={l.name} className="break-words">
              {label(l.name)}: {words(l.was)} is now {words(l.is)}
              {mine.includes(l.name) && '; what you typed would replace it'}
            </li>
          ))}
          {lines.length === 0 && <li>Nothing of what stands here.</li>}
        </ul>
        <Button size="sm" className="mt-2" onClick={onTake}>
          <Icon name="again" /> Read again, keep what I typed
        </Button>
      </div>
    </div>
  )
}
