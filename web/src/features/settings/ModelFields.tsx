import { useId, type ReactNode } from 'react'
import { Input, Select } from '@/components/ui/field'
import { comparisons, imageModels, qualities, textModels } from './models'

interface Text {
  name: string
  value: string
  fault: string | undefined
  onChange: (e: { target: { value: string } }) => void
}

/** The choices of models; empty follows what stands above them. */
export const modelLabels: Record<string, string> = { text_model: 'Model for texts', image_model: 'Model for images', image_quality: 'Quality of images', compare_by: 'Keywords are compared by' }

interface Props {
  text: Text
  image: Text
  quality: Text
  compare: Text
  /** What the other vectors cost, beside the choice. */
  price: ReactNode
  follow: { text: string; image: string; quality: string; compare: string }
}

export function ModelFields({ text, image, quality, compare, price, follow }: Props) {
  const id = useId()
  return (
    <>
      <Input label="Model for texts" list={`${id}-text`} placeholder={follow.text} hint={`Empty: ${follow.text}`} {...text} />
      <Input label="Model for images" list={`${id}-image`} placeholder={follow.image} hint={`Empty: ${follow.image}`} {...image} />
      <Select label="Quality of images" choices={[{ value: '', label: follow.quality }, ...qualities]} {...quality} />
      <Select label="Keywords are compared by" hint={price} choices={[{ value: '', label: follow.compare }, ...comparisons]} {...compare} />
      <Suggestions id={`${id}-text`} models={textModels} />
      <Suggestions id={`${id}-image`} models={imageModels} />
    </>
  )
}

const Suggestions = ({ id, models }: { id: string; models: readonly { id: string; note: string }[] }) => (
  <datalist id={id}>
    {models.map((m) => (
      <option key={m.id} value={m.id}>
        {m.note}
      </option>
    ))}
  </datalist>
)
