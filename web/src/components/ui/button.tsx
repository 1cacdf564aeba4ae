import type { ButtonHTMLAttributes } from 'react'
import { Link, type LinkProps } from 'react-router'
import { cx } from '@/lib/cx'

export type Look = 'solid' | 'plain' | 'quiet' | 'danger'
type Size = 'sm' | 'md' | 'icon'

const looks: Record<Look, string> = {
  solid: 'bg-solid text-on-solid hover:opacity-90 active:opacity-80',
  plain: 'border border-line bg-raised text-ink hover:bg-hover',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
  danger: 'bg-bad text-on-solid hover:opacity-90',
}
const sizes: Record<Size, string> = { sm: 'h-7 px-2.5 text-sm', md: 'h-9 px-3.5 text-base', icon: 'size-8 justify-center' }

const shape = (look: Look, size: Size, extra?: string) =>
  cx('inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-[background-color,opacity] duration-100 select-none disabled:opacity-50', looks[look], sizes[size], extra)

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  size?: Size
  /** Under way: pressing it again does nothing; screen readers hear it. */
  busy?: boolean
}

export function Button({ look = 'plain', size = 'md', busy, className, children, onClick, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={shape(look, size, className)} aria-busy={busy ?? undefined} aria-disabled={busy ?? undefined} onClick={busy ? (e) => e.preventDefault() : onClick} {...rest}>
      {busy && <Spinner />}
      {children}
    </button>
  )
}

export function ButtonLink({ look = 'plain', size = 'md', className, ...rest }: LinkProps & { look?: Look; size?: Size }) {
  return <Link className={shape(look, size, className)} {...rest} />
}

export function Spinner() {
  return <span aria-hidden className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent" />
}
