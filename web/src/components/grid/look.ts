import { statusTone, type Tone } from '@/components/ui/badge'

export { statusText } from '@/components/ui/badge'

const tones: Record<Tone, string> = {
  plain: 'bg-hover text-soft',
  good: 'bg-good-wash text-good',
  warn: 'bg-warn-wash text-warn',
  bad: 'bg-bad-wash text-bad',
  info: 'bg-info-wash text-info',
  ember: 'bg-ember-wash text-ember',
}

/** The classes of a badge, for cells that React does not render. */
export const badge = (tone: Tone) => `rounded-sm px-1.5 text-xs leading-5 font-medium ${tones[tone]}`

export const statusLook = (status: string) => badge(statusTone(status))
