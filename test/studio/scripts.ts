import type { Row, Scene, Scenes, Script } from '../../studio/page/script/script.ts'

export const row = (id: string, text = `words of ${id}`): Row => ({
  id,
  visual: `picture of ${id}`,
  audio: [{ speaker: '', type: 'vo', text }],
  on_screen_text: null,
  duration_s: 3,
})

export const scene = (id: string, ...rows: readonly (string | Row)[]): Scene => ({
  id,
  heading: `heading of ${id}`,
  beat: 'free',
  locked: false,
  rows: rows.map((each) => (typeof each === 'string' ? row(each) : each)),
})

/** `A:ab B:c`: the ids of scenes with those of their rows. */
export const shape = (scenes: Scenes): string =>
  scenes.map(({ id, rows }) => `${id}:${rows.map((each) => each.id).join('')}`).join(' ')

export const script = (...scenes: readonly Scene[]): Script => ({
  id: 's',
  owner_id: 'o',
  title: 'Tea',
  description: null,
  status: 'draft',
  tags: [],
  language: 'en',
  platform: 'other',
  kind: 'other',
  tone: [],
  audience: '',
  target_duration_s: 30,
  hook: '',
  cta: '',
  disclosure: null,
  est_duration_s: 10,
  checks: [],
  hook_variants: [],
  version: 1,
  source: 'human',
  is_demo: false,
  my_role: 'owner',
  template_id: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  scenes,
  brief_hash: '0123456789abcdef',
  content: '',
})
