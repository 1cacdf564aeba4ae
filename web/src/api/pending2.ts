/**
 * Answers of the planner's, the writer's and the automation's operations that the API's document
 * does not have yet. Each goes away when schema.d.ts has its operation.
 */
import type { Content, Image } from './types'

/** What every record that two may edit carries besides; If-Match takes it. */
export interface Versioned {
  version?: number
}

/** The answer to a deletion. */
export interface Gone {
  id: string
  restorable_until?: string
  stays?: string
  keywords?: number
  undo_version?: number
}

export interface ClusterEdit {
  name?: string
  description?: string
  disabled?: boolean
  status?: string
}

export interface IdeaEdit {
  idea_title?: string
  description?: string
  primary_keyword?: string
  content_type?: string
  content_structure?: string
  estimated_word_count?: number
  disabled?: boolean
}

export interface TaskEdit {
  title?: string
  description?: string
  primary_keyword?: string
  content_type?: string
  content_structure?: string
  word_count?: number
}

export interface ContentEdit {
  title?: string
  content_html?: string
  meta_title?: string
  meta_description?: string
  excerpt?: string
  slug?: string
  primary_keyword?: string
  tags?: string[]
  categories?: string[]
}

export interface ImageEdit {
  prompt?: string
  alt_text?: string
  caption?: string
}

/** `GET /v1/automation/current_processing/` */
export interface Processing {
  stage: number
  name?: string
  now: { item: string; title: string }[]
  next: { item: string; title: string }[]
  processed: number
  total: number
  credits_used: number
  started_at: string
}

export type VersionedContent = Content & Versioned
export type VersionedImage = Image & Versioned
