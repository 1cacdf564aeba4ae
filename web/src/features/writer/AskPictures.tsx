import { generatePrompts } from '@/api/writer/generate-prompts'
import { AskStage, type AskedFor } from '@/components/grid/Actions'
import { plural } from '@/lib/format'

/** Asks for the pictures of drafts to be planned: a description of each, from which they are drawn later. */
export function AskPictures(asked: Omit<AskedFor, 'noun'>) {
  return (
    <AskStage {...asked} noun={['article', 'articles']} stage={5} title={`Plan the images of ${plural(asked.size, 'article')}?`} label="Planning images" action="Plan" ask={generatePrompts}>
      Each image of a draft is described; nothing is drawn yet. Those that are planned already are left as they are.
    </AskStage>
  )
}
