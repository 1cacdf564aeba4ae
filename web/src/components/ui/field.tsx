import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react'
import { cx } from '@/lib/cx'

const box = 'w-full rounded-md border border-edge bg-panel text-ink outline-offset-0 transition-colors hover:border-soft aria-invalid:border-bad disabled:opacity-60'

export interface FieldProps {
  label: string
  hint?: ReactNode
  fault?: string | undefined
  /** The label is for screen readers only. */
  bare?: boolean
  className?: string
}

interface Parts {
  id: string
  'aria-invalid': true | undefined
  'aria-describedby': string | undefined
}

/** A label, a control, a hint and a fault that belong together. */
export function Field({ label, hint, fault, bare, className, children }: FieldProps & { children: (parts: Parts) => ReactNode }) {
  const id = useId()
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ')
  return (
    <div className={cx('min-w-0', className)}>
      <label htmlFor={id} className={bare ? 'sr-only' : 'mb-1 block text-sm font-medium'}>
        {label}
      </label>
      {children({ id, 'aria-invalid': fault ? true : undefined, 'aria-describedby': described || undefined })}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-faint">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} role="alert" className="mt-1 text-sm text-bad">
          {fault}
        </p>
      )}
    </div>
  )
}

type Size = 'sm' | 'md'
const heights: Record<Size, string> = { sm: 'h-7 px-2 text-sm', md: 'h-9 px-2.5' }

export type InputProps = FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, 'size'> & { size?: Size }

export function Input({ label, hint, fault, bare, className, size = 'md', ...rest }: InputProps) {
  return (
    <Field label={label} hint={hint} fault={fault} bare={bare} className={className}>
      {(parts) => <input className={cx(box, heights[size])} {...parts} {...rest} id={rest.id ?? parts.id} />}
    </Field>
  )
}

export type TextareaProps = FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement> & { mono?: boolean }

export function Textarea({ label, hint, fault, bare, className, mono, ...rest }: TextareaProps) {
  return (
    <Field label={label} hint={hint} fault={fault} bare={bare} className={className}>
      {(parts) => <textarea className={cx(box, 'block px-2.5 py-2', mono && 'font-mono text-sm')} {...parts} {...rest} />}
    </Field>
  )
}

export interface Choice {
  value: string
  label: string
  disabled?: boolean
}

export type SelectProps = FieldProps & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'size'> & { choices: readonly Choice[]; size?: Size }

/** The browser's own list: it is fast, works with every keyboard and reader, and costs no script. */
export function Select({ label, hint, fault, bare, className, choices, size = 'md', ...rest }: SelectProps) {
  return (
    <Field label={label} hint={hint} fault={fault} bare={bare} className={className}>
      {(parts) => (
        <select className={cx(box, heights[size], 'pr-7')} {...parts} {...rest}>
          {choices.map((c) => (
            <option key={c.value} value={c.value} disabled={c.disabled}>
              {c.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export type CheckboxProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> & { label: string; hint?: string; bare?: boolean }

export function Checkbox({ label, hint, bare, className, ...rest }: CheckboxProps) {
  const id = useId()
  return (
    <div className={cx('flex gap-2', className)}>
      <input type="checkbox" id={id} aria-describedby={hint ? `${id}-hint` : undefined} className="mt-0.5 size-4 shrink-0 accent-ember" {...rest} />
      <span className={bare ? 'sr-only' : 'min-w-0'}>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint && (
          <span id={`${id}-hint`} className="block text-xs text-faint">
            {hint}
          </span>
        )}
      </span>
    </div>
  )
}
