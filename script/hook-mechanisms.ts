/** How a hook holds a viewer; variants of one script differ in this. */
export const HOOK_MECHANISMS = ['question', 'claim', 'image', 'number', 'story', 'contrast'] as const
export type HookMechanism = (typeof HOOK_MECHANISMS)[number]

/** A first sentence to choose from. */
export interface HookVariant {
  readonly mechanism: HookMechanism
  readonly text: string
}
