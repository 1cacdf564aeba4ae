import { cx } from '@/lib/cx'

/** Line icons of our own, 16 × 16, in the colour of the text. */
const paths = {
  home: 'M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z',
  key: 'M9.8 6.2a3.3 3.3 0 1 1-6.6 0 3.3 3.3 0 0 1 6.6 0ZM8.8 8.6l4.7 4.7M11 11l1.5-1.5',
  cluster: 'M5 5.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0Zm9.5-1.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM10 12a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM5 5.3l5.5-1M4.2 7.2l2.6 3.1M11.5 5.8 9 10.3',
  idea: 'M5.8 11.5V10A4.2 4.2 0 1 1 10.2 10v1.5zM6.3 13.8h3.4',
  task: 'M3 3.5h10v9.5H3zM5.5 7.8l1.7 1.7L10.6 6',
  content: 'M4 2.5h5.5L12 5v8.5H4zM9.3 2.5v2.8H12M6 8h4M6 10.5h4',
  image: 'M2.5 3.5h11v9h-11zM2.8 11.3l3-3.3 2.4 2.4 2-1.8 3 3M10.8 6.3h.01',
  review: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8Zm8 0a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0Z',
  run: 'M4.5 2.8v10.4L13 8z',
  pause: 'M5.5 3v10M10.5 3v10',
  stop: 'M4 4h8v8H4z',
  site: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM2 8h12M8 2c2 2 2.3 4 2.3 6S10 12 8 14c-2-2-2.3-4-2.3-6S6 4 8 2Z',
  settings: 'M2.5 4.5h5M11 4.5h2.5M2.5 11.5H5M8.5 11.5h5M11 4.5a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0ZM8.5 11.5a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0Z',
  prompt: 'M2.5 3.5h11v8h-6l-3 2.5v-2.5h-2zM5.5 6.5h5M5.5 8.8h3',
  credits: 'M13.5 5c0 1.4-2.5 2.3-5.5 2.3S2.5 6.4 2.5 5 5 2.7 8 2.7 13.5 3.6 13.5 5Zm0 0v6c0 1.4-2.5 2.3-5.5 2.3S2.5 12.4 2.5 11V5M13.5 8c0 1.4-2.5 2.3-5.5 2.3S2.5 9.4 2.5 8',
  user: 'M10.8 5.3a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0ZM2.8 13.5c.6-2.6 2.6-3.8 5.2-3.8s4.6 1.2 5.2 3.8',
  search: 'M11.2 7a4.2 4.2 0 1 1-8.4 0 4.2 4.2 0 0 1 8.4 0ZM10.2 10.2l3.3 3.3',
  close: 'M4 4l8 8M12 4l-8 8',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  down: 'M4 6.3 8 10.3l4-4',
  up: 'M4 9.8 8 5.8l4 4',
  right: 'M6.3 4l4 4-4 4',
  left: 'M9.8 4l-4 4 4 4',
  check: 'M3 8.5l3.3 3.3L13 4.8',
  plus: 'M8 3v10M3 8h10',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  warn: 'M8 2.5 14.3 13H1.7zM8 6.5v3M8 11.3h.01',
  info: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0ZM8 7.3v3.5M8 5h.01',
  out: 'M6.5 2.8h-4v10.4h4M10 5l3 3-3 3M13 8H6',
  outside: 'M6.5 3.5h-3v9h9v-3M9 2.8h4.2V7M13 3 7.5 8.5',
  upload: 'M8 10.5V3M4.8 6 8 2.8 11.2 6M2.8 10v3.2h10.4V10',
  download: 'M8 2.8v7.7M4.8 7.5 8 10.7l3.2-3.2M2.8 10v3.2h10.4V10',
  again: 'M13 8a5 5 0 1 1-1.5-3.6L13 6M13 2.8V6H9.8',
  undo: 'M3 6h6.5a3.5 3.5 0 0 1 0 7H6M5.8 3 2.8 6l3 3',
  trash: 'M2.8 4.5h10.4M6 4.3V2.8h4v1.5M4 4.5l.7 8.7h6.6l.7-8.7',
  edit: 'M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2z',
  filter: 'M2.5 3.5h11L9.3 8.6v4.6l-2.6-1.4V8.6z',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  sun: 'M10.5 8a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M3.6 12.4l1-1M11.4 4.6l1-1',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5Z',
  spark: 'M8.7 2 4 9h3.6L7 14l5-7H8.4z',
  keyboard: 'M1.8 4h12.4v8H1.8zM4 6.5h.01M6.5 6.5h.01M9 6.5h.01M11.5 6.5h.01M5 9.5h6',
  lock: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  map: 'M6.2 3 2.5 4.5v9L6.2 12l3.6 1.5 3.7-1.5V3L9.8 4.5zM6.2 3v9M9.8 4.5v9',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  minus: 'M3 8h10',
  plug: 'M5.5 2.5v3M10.5 2.5v3M3.8 5.5h8.4v2.3A4.2 4.2 0 0 1 8 12a4.2 4.2 0 0 1-4.2-4.2zM8 12v2',
} as const

export type IconName = keyof typeof paths

/** As high as a line of text, unless `className` says another size. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" className={cx('shrink-0', !/\bsize-/.test(className) && 'size-4', className)}>
      <path d={paths[name]} />
    </svg>
  )
}
