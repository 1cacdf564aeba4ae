import { object, picklist, pipe, string, trim } from 'valibot'

export const modelsSchema = object({
  text_model: pipe(string(), trim()),
  image_model: pipe(string(), trim()),
  image_quality: picklist(['', 'low', 'medium', 'high']),
  compare_by: picklist(['', 'built_in', 'openai']),
})

export type CompareBy = '' | 'built_in' | 'openai'
export type ImageQuality = '' | 'low' | 'medium' | 'high'
