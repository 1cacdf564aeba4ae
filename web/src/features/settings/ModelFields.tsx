import { useId } from 'react'
import { Input, Select } from '@/components/ui/field'
import { imageModels, qualities, textModels } from './models'

interface Text {
  name: string
  value: string
  fault: string | undefined
  onChange: (e: { target: { value: string } }) => void
}

/** The three choices of models; empty follows what stands above them. */
export const modelLabels: Record<string, string> = { text_model: 'Model for texts', image_model: 'Model for pictures', image_quality: 'Quality of pictures' }

export function ModelFields({ text, image, quality, follow }: { text: Text; image: Text; quality: Text; follow: { text: string; image: string; quality: string } }) {
  const id = useId()
  return (
    <>
      <Input label="Model for texts" list={`${id}-text`} placeholder={follow.text} hint={`Empty: ${follow.text}`} {...text} />
      <Input label="Model for pictures" list={`${id}-image`} placeholder={follow.image} hint={`Empty: ${follow.image}`} {...image} />
      <Select label="Quality of pictures" choices={[{ value: '', label: follow.quality }, ...qualities]} {...quality} />
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
