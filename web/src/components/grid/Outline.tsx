/** What a text is to be built of. */
export function Outline({ sections }: { sections: readonly { heading: string; notes: string }[] }) {
  if (sections.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 text-sm">Outline</h3>
      <ol className="list-decimal space-y-1 pl-5 text-sm">
        {sections.map((s, i) => (
          <li key={i}>
            {s.heading}
            {s.notes && <p className="text-soft">{s.notes}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}
