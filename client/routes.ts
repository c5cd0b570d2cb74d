// Written by `npm run docs:client` from the API's route table; do not edit.

/** Every code that the API refuses with. Codes never change once released. */
export type ErrorCode =
  | 'request.malformed'
  | 'request.timeout'
  | 'request.headers_too_large'
  | 'request.too_large'
  | 'request.unsupported_media_type'
  | 'route.not_found'
  | 'route.method_not_allowed'
  | 'validation.failed'
  | 'idempotency.key_reused'
  | 'idempotency.in_progress'
  | 'precondition.required'
  | 'precondition.failed'
  | 'rate.limited'
  | 'service.unavailable'
  | 'internal.error'
  | 'auth.required'
  | 'auth.token_rejected'
  | 'auth.invalid_credentials'
  | 'auth.email_taken'
  | 'auth.username_taken'
  | 'auth.refresh_invalid'
  | 'auth.refresh_reused'
  | 'auth.token_invalid'
  | 'auth.proof_needed'
  | 'auth.fresh_login_needed'
  | 'auth.password_wrong'
  | 'auth.password_weak'
  | 'session.not_found'
  | 'access.denied'
  | 'user.not_found'
  | 'user.username_taken'
  | 'user.phone_missing'
  | 'user.phone_code_invalid'
  | 'export.not_found'
  | 'stream.id_gone'
  | 'operation.not_cancellable'
  | 'operation.not_found'
  | 'operation.finished'
  | 'operation.not_retryable'
  | 'operation.none_fits'
  | 'dead_letter.not_found'
  | 'operation.cancelled'
  | 'scenario.not_found'
  | 'scenario.version_not_found'
  | 'scenario.export_failed'
  | 'comment.not_found'
  | 'scenario.scene_locked'
  | 'template.not_found'
  | 'share.self'
  | 'share.not_found'
  | 'notification.not_found'
  | 'notification.subscription_not_found'
  | 'ai.budget_exhausted'
  | 'ai.cap_exceeded'
  | 'ai.provider_unavailable'
  | 'ai.provider_rejected'
  | 'ai.quota'
  | 'ai.refused'
  | 'ai.output_invalid'
  | 'ai.timeout'
  | 'ai.base_version_changed'

export type AdminOperation = {
  readonly id: string
  readonly service: 'auth' | 'users' | 'scenarios' | 'ai' | 'notifications'
  readonly kind: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk'
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  readonly stage: string
  readonly progress: number
  readonly attempt: number
  readonly error_code: string | null
  readonly owner_id: string
  readonly request_id: string
  readonly trace_id: string | null
  readonly summary: string
  readonly created_at: string
  readonly updated_at: string
  readonly finished_at: string | null
  readonly duration_ms: number
  readonly provider: string | null
  readonly model: string | null
  readonly calls: number
  readonly cost_micros: number
  readonly reason: string | null
  readonly stuck: boolean
  readonly cancellable: boolean
  readonly retryable: boolean
}

export type Check = {
  readonly check: 'duration' | 'hook' | 'cta' | 'must_include' | 'invented_fact' | 'language' | 'banned_words' | 'disclosure' | 'placeholders' | 'balance' | 'repetition'
  readonly pass: boolean
  readonly score: number
  readonly reason: string
  readonly spans: readonly {
    readonly scene_id: string
    readonly row_id: string | null
    readonly text: string
  }[]
}

export type Comment = {
  readonly id: string
  readonly author_id: string
  readonly parent_id: string | null
  readonly body: string | null
  readonly scene_id: string | null
  readonly row_id: string | null
  readonly resolved: boolean
  readonly created_at: string
  readonly updated_at: string
}

export type EventPage = {
  readonly events: readonly {
    readonly id: string
    readonly event: string
    readonly data: Readonly<Record<string, unknown>>
  }[]
  readonly last_id: string
  readonly closed: boolean
}

export type LinkShare = {
  readonly id: string
  readonly role: 'viewer' | 'commenter' | 'editor'
  readonly url?: string | undefined
  readonly token?: string | undefined
  readonly expires_at: string | null
}

export type Me = {
  readonly id: string
  readonly email: string
  readonly email_verified: boolean
  readonly username: string
  readonly full_name: string | null
  readonly locale: string | null
  readonly roles: readonly ('user' | 'admin')[]
  readonly created_at: string
}

export type Notification = {
  readonly id: string
  readonly user_id: string
  readonly topic: 'welcome' | 'security' | 'account' | 'generation_finished' | 'generation_failed' | 'share' | 'comment' | 'budget' | 'custom'
  readonly title: string
  readonly body: string
  readonly scenario_id: string | null
  readonly read_at: string | null
  readonly deliveries: readonly {
    readonly channel: 'in_app' | 'email' | 'sms' | 'web_push'
    readonly status: 'queued' | 'sent' | 'perhaps_sent' | 'delivered' | 'failed' | 'suppressed' | 'not_configured'
    readonly attempts: number
  }[]
  readonly created_at: string
}

export type NotificationPreferences = {
  readonly topics: Readonly<Record<string, {
    readonly in_app: boolean
    readonly email: boolean
    readonly sms: boolean
    readonly web_push: boolean
  }>>
  readonly quiet_hours: {
    readonly start: string
    readonly end: string
    readonly timezone: string
  } | null
  readonly digest: 'off' | 'daily'
}

export type Operation = {
  readonly id: string
  readonly kind: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk'
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  readonly stage: string
  readonly progress: number
  readonly attempt: number
  readonly result: OperationResult | null
  readonly error: {
    readonly type: string
    readonly title: string
    readonly status: number
    readonly detail: string
    readonly code: ErrorCode
    readonly request_id: string
    readonly source: 'api' | 'operation' | 'gateway'
  } | null
  readonly cancellable: boolean
  readonly retryable: boolean
  readonly created_at: string
  readonly updated_at: string
  readonly finished_at: string | null
}

export type OperationResult = {
  readonly scenario_id?: string | undefined
  readonly version?: number | undefined
  readonly proposal_url?: string | undefined
  readonly titles?: readonly {
    readonly text: string
    readonly chars: number
  }[] | undefined
  readonly user_id?: string | undefined
  readonly share_id?: string | undefined
  readonly status?: string | undefined
  readonly download_url?: string | undefined
  readonly expires_at?: string | undefined
  readonly erased?: Readonly<Record<string, unknown>> | undefined
}

export type Phone = {
  readonly phone_number: string | null
  readonly verified_at: string | null
}

export type Profile = {
  readonly id: string
  readonly email: string
  readonly username: string
  readonly full_name: string | null
  readonly phone_number: string | null
  readonly avatar_url: string | null
  readonly bio: string | null
  readonly locale: string | null
  readonly timezone: string | null
  readonly settings: Readonly<Record<string, unknown>>
  readonly created_at: string
  readonly updated_at: string
}

export type PublicProfile = {
  readonly id: string
  readonly username: string
  readonly full_name: string | null
  readonly avatar_url: string | null
  readonly bio: string | null
}

export type PushSubscription = {
  readonly id: string
  readonly endpoint: string
  readonly current: boolean
  readonly created_at: string
}

export type Scenario = {
  readonly id: string
  readonly owner_id: string
  readonly title: string
  readonly description: string | null
  readonly status: 'draft' | 'in_progress' | 'completed' | 'archived'
  readonly tags: readonly string[]
  readonly language: string
  readonly platform: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other'
  readonly kind: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other'
  readonly tone: readonly string[]
  readonly audience: string
  readonly target_duration_s: number
  readonly hook: string
  readonly cta: string
  readonly disclosure: string | null
  readonly est_duration_s: number
  readonly checks: readonly Check[]
  readonly hook_variants: readonly {
    readonly mechanism: 'question' | 'claim' | 'image' | 'number' | 'story' | 'contrast'
    readonly text: string
  }[]
  readonly version: number
  readonly source: 'human' | 'ai' | 'mixed'
  readonly is_demo: boolean
  readonly my_role: 'owner' | 'editor' | 'commenter' | 'viewer'
  readonly template_id: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly scenes: readonly {
    readonly id: string
    readonly heading: string
    readonly beat: 'hook' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'cta' | 'outro' | 'free'
    readonly locked: boolean
    readonly rows: readonly {
      readonly id: string
      readonly visual: string
      readonly audio: readonly {
        readonly speaker: string
        readonly type: 'vo' | 'dialog' | 'sfx' | 'music'
        readonly text: string
      }[]
      readonly on_screen_text: string | null
      readonly duration_s: number
    }[]
    readonly written_from?: string | undefined
  }[]
  readonly content: string
  readonly brief_hash: string
}

export type ScenarioBody = {
  readonly title: string
  readonly description?: string | null | undefined
  readonly status?: 'draft' | 'in_progress' | 'completed' | 'archived' | undefined
  readonly tags?: readonly string[] | undefined
  readonly language?: string | undefined
  readonly platform?: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other' | undefined
  readonly kind?: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other' | undefined
  readonly tone?: readonly string[] | undefined
  readonly audience?: string | undefined
  readonly target_duration_s?: number | undefined
  readonly hook?: string | undefined
  readonly cta?: string | undefined
  readonly disclosure?: string | null | undefined
  readonly scenes?: readonly {
    readonly id?: string | null | undefined
    readonly heading?: string | undefined
    readonly beat?: 'hook' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'cta' | 'outro' | 'free' | undefined
    readonly locked?: boolean | undefined
    readonly rows?: readonly {
      readonly id?: string | null | undefined
      readonly visual?: string | undefined
      readonly audio?: readonly {
        readonly speaker?: string | undefined
        readonly type?: 'vo' | 'dialog' | 'sfx' | 'music' | undefined
        readonly text: string
      }[] | undefined
      readonly on_screen_text?: string | null | undefined
      readonly duration_s?: number | undefined
    }[] | undefined
    readonly written_from?: string | undefined
  }[] | undefined
  readonly content?: string | undefined
}

export type ScenarioImport = {
  readonly format?: 'scenor.scenario' | undefined
  readonly schema_version?: 1 | undefined
  readonly title: string
  readonly description?: string | null | undefined
  readonly status?: 'draft' | 'in_progress' | 'completed' | 'archived' | undefined
  readonly tags?: readonly string[] | undefined
  readonly language?: string | undefined
  readonly platform?: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other' | undefined
  readonly kind?: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other' | undefined
  readonly tone?: readonly string[] | undefined
  readonly audience?: string | undefined
  readonly target_duration_s?: number | undefined
  readonly hook?: string | undefined
  readonly cta?: string | undefined
  readonly disclosure?: string | null | undefined
  readonly scenes?: readonly {
    readonly id?: string | null | undefined
    readonly heading?: string | undefined
    readonly beat?: 'hook' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'cta' | 'outro' | 'free' | undefined
    readonly locked?: boolean | undefined
    readonly rows?: readonly {
      readonly id?: string | null | undefined
      readonly visual?: string | undefined
      readonly audio?: readonly {
        readonly speaker?: string | undefined
        readonly type?: 'vo' | 'dialog' | 'sfx' | 'music' | undefined
        readonly text: string
      }[] | undefined
      readonly on_screen_text?: string | null | undefined
      readonly duration_s?: number | undefined
    }[] | undefined
    readonly written_from?: string | undefined
  }[] | undefined
  readonly source?: 'human' | 'ai' | 'mixed' | undefined
  readonly is_demo?: boolean | undefined
}

export type ScenarioSummary = {
  readonly id: string
  readonly owner_id: string
  readonly title: string
  readonly description: string | null
  readonly status: 'draft' | 'in_progress' | 'completed' | 'archived'
  readonly tags: readonly string[]
  readonly language: string
  readonly platform: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other'
  readonly kind: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other'
  readonly tone: readonly string[]
  readonly audience: string
  readonly target_duration_s: number
  readonly hook: string
  readonly cta: string
  readonly disclosure: string | null
  readonly est_duration_s: number
  readonly checks: readonly Check[]
  readonly hook_variants: readonly {
    readonly mechanism: 'question' | 'claim' | 'image' | 'number' | 'story' | 'contrast'
    readonly text: string
  }[]
  readonly version: number
  readonly source: 'human' | 'ai' | 'mixed'
  readonly is_demo: boolean
  readonly my_role: 'owner' | 'editor' | 'commenter' | 'viewer'
  readonly template_id: string | null
  readonly created_at: string
  readonly updated_at: string
}

export type Session = {
  readonly id: string
  readonly created_at: string
  readonly last_used_at: string
  readonly user_agent: string | null
  readonly ip: string | null
  readonly current: boolean
}

export type Share = {
  readonly id: string
  readonly scenario_id: string
  readonly grantee: {
    readonly user_id: string | null
    readonly email: string | null
  }
  readonly role: 'viewer' | 'commenter' | 'editor'
  readonly status: 'active' | 'invited'
  readonly link: boolean
  readonly expires_at: string | null
  readonly created_at: string
}

export type SignedLink = {
  readonly url: string
  readonly expires_at: string
}

export type StreamTicket = {
  readonly ticket: string
  readonly expires_at: string
}

export type Template = {
  readonly id: string
  readonly owner_id: string | null
  readonly name: string
  readonly kind: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other'
  readonly platform: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other'
  readonly tone: readonly string[]
  readonly target_duration_s: number
  readonly beats: readonly {
    readonly beat: 'hook' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'cta' | 'outro' | 'free'
    readonly share: number
  }[]
  readonly cta: string
  readonly language: string
  readonly must_avoid: readonly string[]
  readonly instructions: string
  readonly built_in: boolean
  readonly created_at: string
  readonly updated_at: string
}

export type TemplateBody = {
  readonly name: string
  readonly kind?: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other' | undefined
  readonly platform?: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other' | undefined
  readonly tone?: readonly string[] | undefined
  readonly target_duration_s?: number | undefined
  readonly beats: readonly {
    readonly beat: 'hook' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'cta' | 'outro' | 'free'
    readonly share: number
  }[]
  readonly cta?: string | undefined
  readonly language?: string | undefined
  readonly must_avoid?: readonly string[] | undefined
  readonly instructions?: string | undefined
}

export type Trashed = {
  readonly id: string
  readonly title: string
  readonly deleted_at: string
  readonly kept_until: string
}

export type Version = {
  readonly n: number
  readonly author_id: string
  readonly origin: 'human' | 'ai' | 'restore'
  readonly message: string | null
  readonly created_at: string
  readonly title: string
  readonly description: string | null
  readonly status: 'draft' | 'in_progress' | 'completed' | 'archived'
  readonly tags: readonly string[]
  readonly language: string
  readonly platform: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other'
  readonly kind: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other'
  readonly tone: readonly string[]
  readonly audience: string
  readonly target_duration_s: number
  readonly hook: string
  readonly cta: string
  readonly disclosure: string | null
  readonly scenes: readonly {
    readonly id: string
    readonly heading: string
    readonly beat: 'hook' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'cta' | 'outro' | 'free'
    readonly locked: boolean
    readonly rows: readonly {
      readonly id: string
      readonly visual: string
      readonly audio: readonly {
        readonly speaker: string
        readonly type: 'vo' | 'dialog' | 'sfx' | 'music'
        readonly text: string
      }[]
      readonly on_screen_text: string | null
      readonly duration_s: number
    }[]
    readonly written_from?: string | undefined
  }[]
  readonly content: string
  readonly est_duration_s: number
}

export type VersionDiff = {
  readonly from: number
  readonly to: number
  readonly fields: readonly {
    readonly field: string
    readonly pieces: readonly {
      readonly op: 'same' | 'added' | 'removed'
      readonly text: string
    }[]
  }[]
  readonly facts: readonly {
    readonly fact: string
    readonly was: string | number | boolean | null | readonly string[]
    readonly is: string | number | boolean | null | readonly string[]
  }[]
  readonly scenes: readonly {
    readonly scene_id: string
    readonly change: 'same' | 'changed' | 'added' | 'removed' | 'moved'
    readonly moved_from: {
      readonly n: number
    } | null
    readonly facts: readonly {
      readonly fact: string
      readonly was: string | number | boolean | null | readonly string[]
      readonly is: string | number | boolean | null | readonly string[]
    }[]
    readonly heading: readonly {
      readonly op: 'same' | 'added' | 'removed'
      readonly text: string
    }[]
    readonly rows: readonly {
      readonly row_id: string
      readonly change: 'same' | 'changed' | 'added' | 'removed' | 'moved'
      readonly moved_from: {
        readonly scene_id: string
        readonly n: number
      } | null
      readonly facts: readonly {
        readonly fact: string
        readonly was: string | number | boolean | null | readonly string[]
        readonly is: string | number | boolean | null | readonly string[]
      }[]
      readonly visual: readonly {
        readonly op: 'same' | 'added' | 'removed'
        readonly text: string
      }[]
      readonly audio: readonly {
        readonly op: 'same' | 'added' | 'removed'
        readonly text: string
      }[]
      readonly on_screen_text: readonly {
        readonly op: 'same' | 'added' | 'removed'
        readonly text: string
      }[]
    }[]
  }[]
}

export type VersionItem = {
  readonly n: number
  readonly author_id: string
  readonly origin: 'human' | 'ai' | 'restore'
  readonly message: string | null
  readonly created_at: string
}

/** Every route: what it takes, what it answers by status, which codes it refuses with. Two slashes: at the root, not below /api/v1. */
export interface Routes {
  /** Where a piece of long work stands */
  'GET /operations/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'operation.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** What happens to it, while it happens (server-sent events) */
  'GET /operations/{id}/events': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly query?: {
        readonly wait?: string | number | undefined
        readonly last_event_id?: string | number | undefined
        readonly ticket?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: EventPage
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'operation.not_found' | 'stream.id_gone' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** A link that opens what a person’s archive came to, without a token, for five minutes */
  'POST /operations/{id}/download-link': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 201: SignedLink
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'operation.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'export.not_found'
  }
  /** The caller’s own operations, newest first */
  'GET /operations': {
    readonly input: {
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
        readonly kind?: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk' | undefined
        readonly status?: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly Operation[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** Stop it */
  'POST /operations/{id}/cancel': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'operation.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'operation.finished' | 'operation.not_cancellable'
  }
  /** Try a failed or cancelled one again, under the same id */
  'POST /operations/{id}/retry': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'operation.not_found' | 'rate.limited' | 'validation.failed' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'operation.not_retryable' | 'ai.budget_exhausted' | 'ai.cap_exceeded'
  }
  /** A ticket that opens one stream in place of a token, within 30 s (for EventSource) */
  'POST /streams/ticket': {
    readonly input: {
      readonly body: {
        readonly path?: string | undefined
      }
    }
    readonly answers: {
      readonly 201: StreamTicket
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Operations of all people and services, newest first */
  'GET /admin/operations': {
    readonly input: {
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
        readonly kind?: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk' | undefined
        readonly status?: 'open' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | undefined
        readonly code?: string | number | undefined
        readonly stage?: string | number | undefined
        readonly provider?: string | number | undefined
        readonly owner?: string | number | undefined
        readonly since?: string | number | undefined
        readonly q?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly AdminOperation[]
        readonly next_cursor: string | null
        readonly currency: string
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** How many of them stand or ended how */
  'GET /admin/operations/counts': {
    readonly input: {
      readonly query?: {
        readonly kind?: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk' | undefined
        readonly status?: 'open' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | undefined
        readonly code?: string | number | undefined
        readonly stage?: string | number | undefined
        readonly provider?: string | number | undefined
        readonly owner?: string | number | undefined
        readonly since?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly {
          readonly kind: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk'
          readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
          readonly error_code: string | null
          readonly stage: string
          readonly count: number
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** All that is known of one, without a word of its person */
  'GET /admin/operations/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: {
        readonly operation: AdminOperation
        readonly currency: string
        readonly retried_because: string | null
        readonly timeline: readonly {
          readonly at: string
          readonly attempt: number
          readonly what: string
        }[]
        readonly calls: readonly {
          readonly id: string
          readonly attempt: number
          readonly step: string
          readonly provider: string
          readonly model: string
          readonly prompt: string
          readonly outcome: string | null
          readonly note: string | null
          readonly input_tokens: number
          readonly output_tokens: number
          readonly usage_estimated: boolean
          readonly cost_micros: number
          readonly priced: boolean
          readonly first_token_ms: number | null
          readonly duration_ms: number | null
          readonly started_at: string
          readonly has_texts: boolean
        }[]
        readonly paid_steps: readonly string[]
        readonly checks: readonly {
          readonly check: string
          readonly pass: boolean
          readonly score: number
        }[]
        readonly executions: readonly {
          readonly run_id: string
          readonly status: string
          readonly started_at: string
          readonly closed_at: string | null
          readonly url: string
        }[] | null
        readonly workflow_url: string
        readonly trace_url: string | null
        readonly runbook: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'operation.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** What the person asked for and the models said */
  'POST /admin/operations/{id}/texts': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly reason: string
      }
    }
    readonly answers: {
      readonly 200: {
        readonly request: Readonly<Record<string, unknown>> | null
        readonly findings: readonly {
          readonly check: string
          readonly reason: string
        }[]
        readonly calls: readonly {
          readonly id: string
          readonly messages: readonly {
            readonly role: string
            readonly content: string
          }[] | null
          readonly answer: string | null
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'operation.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Try a failed or cancelled one again, behind the people who wait */
  'POST /admin/operations/{id}/retry': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly reason: string
      }
    }
    readonly answers: {
      readonly 202: AdminOperation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'operation.not_found' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'operation.not_retryable'
  }
  /** Stop it, whoever asked for it */
  'POST /admin/operations/{id}/cancel': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 202: AdminOperation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'operation.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'operation.finished' | 'operation.not_cancellable'
  }
  /** Who could be asked this again, and what it would cost at most */
  'GET /admin/operations/{id}/calls/{call_id}/offers': {
    readonly input: {
      readonly params: {
        readonly id: string | number
        readonly call_id: string | number
      }
    }
    readonly answers: {
      readonly 200: {
        readonly currency: string
        readonly items: readonly {
          readonly provider: string
          readonly model: string
          readonly priced: boolean
          readonly cost_micros_high: number
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'operation.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Ask it again */
  'POST /admin/operations/{id}/calls/{call_id}/repeat': {
    readonly input: {
      readonly params: {
        readonly id: string | number
        readonly call_id: string | number
      }
      readonly body: {
        readonly reason: string
        readonly provider: string
        readonly cap_micros?: number | undefined
      }
    }
    readonly answers: {
      readonly 200: {
        readonly provider: string
        readonly model: string
        readonly error_code: string | null
        readonly note: string | null
        readonly input_tokens: number | null
        readonly output_tokens: number | null
        readonly currency: string
        readonly cost_micros: number
        readonly duration_ms: number
        readonly answer: string | null
        readonly differences: readonly {
          readonly path: string
          readonly was: string
          readonly is: string
        }[] | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'operation.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'operation.not_retryable' | 'ai.cap_exceeded' | 'ai.timeout'
  }
  /** Try again or stop all operations of `ai` that fit a choice now, a thousand at most */
  'POST /admin/bulks': {
    readonly input: {
      readonly body: {
        readonly reason: string
        readonly action: 'retry' | 'cancel'
        readonly kind?: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk' | undefined
        readonly status?: 'open' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | undefined
        readonly code?: string | undefined
        readonly stage?: string | undefined
        readonly provider?: string | undefined
        readonly owner?: string | undefined
        readonly since?: string | undefined
      }
    }
    readonly answers: {
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'operation.none_fits'
  }
  /** Providers, what waits in each service, schedules, processes */
  'GET /admin/state': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly providers: readonly {
          readonly name: string
          readonly model: string
          readonly is_demo: boolean
          readonly healthy: boolean
          readonly reason: string | null
          readonly changed_at: string | null
        }[]
        readonly services: readonly {
          readonly service: 'auth' | 'users' | 'scenarios' | 'ai' | 'notifications'
          readonly open: number
          readonly starts: number
          readonly starts_oldest_s: number
          readonly unsent: number
          readonly unsent_oldest_s: number
          readonly set_aside: number
          readonly dead_letters: number | null
        }[]
        readonly schedules: readonly {
          readonly id: string
          readonly exists: boolean
          readonly paused: boolean
          readonly note: string | null
          readonly last_success_at: string | null
          readonly next_at: string | null
        }[] | null
        readonly processes: readonly {
          readonly role: string
          readonly host: string
          readonly pid: number
          readonly version: string
          readonly started_at: string
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'service.unavailable' | 'internal.error'
  }
  /** What a day (UTC) came to: accepted, ended by code, how long it took, money */
  'GET /admin/day': {
    readonly input: {
      readonly query?: {
        readonly date?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly date: string
        readonly currency: string
        readonly settled_micros: number
        readonly kinds: readonly {
          readonly kind: 'registration' | 'generation' | 'title' | 'sharing' | 'export' | 'erasure' | 'bulk'
          readonly accepted: number
          readonly ended: readonly {
            readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
            readonly error_code: string | null
            readonly count: number
          }[]
          readonly p50_s: number | null
          readonly p95_s: number | null
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** Messages that could not be handled and events that could not be sent, the oldest of each place */
  'GET /admin/dead-letters': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly items: readonly {
          readonly id: string
          readonly place: string
          readonly topic: string
          readonly state: 'set_aside' | 'replaying' | 'waits_for_newer'
          readonly tries: number | null
          readonly reason: string
          readonly created_at: string
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'service.unavailable' | 'internal.error'
  }
  /** One, whole */
  'GET /admin/dead-letters/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Readonly<Record<string, unknown>>
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'dead_letter.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Have it handled or sent again */
  'POST /admin/dead-letters/{id}/replay': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'dead_letter.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Give it up */
  'DELETE /admin/dead-letters/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'access.denied' | 'dead_letter.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Register */
  'POST /auth/register': {
    readonly input: {
      readonly body: {
        readonly email: string
        readonly password: string
        readonly full_name?: string | null | undefined
        readonly username?: string | null | undefined
        readonly phone_number?: string | null | undefined
        readonly locale?: string | null | undefined
      }
    }
    readonly answers: {
      readonly 201: {
        readonly access_token: string
        /** absent with `X-Session-Mode: cookie`: it is in the cookie */
        readonly refresh_token?: string | undefined
        readonly token_type: 'Bearer'
        readonly expires_in: number
        readonly user: Me
      }
      readonly 202: Operation
    }
    readonly errors: 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'auth.email_taken' | 'auth.username_taken' | 'auth.password_weak' | 'auth.invalid_credentials' | 'user.not_found'
  }
  /** Sign in with e-mail and password */
  'POST /auth/login': {
    readonly input: {
      readonly body: {
        readonly email: string
        readonly password: string
      }
    }
    readonly answers: {
      readonly 200: {
        readonly access_token: string
        /** absent with `X-Session-Mode: cookie`: it is in the cookie */
        readonly refresh_token?: string | undefined
        readonly token_type: 'Bearer'
        readonly expires_in: number
      }
    }
    readonly errors: 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'auth.invalid_credentials'
  }
  /** The caller’s own account */
  'GET /auth/me': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Me
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error'
  }
  /** A new pair of tokens for a refresh token */
  'POST /auth/refresh': {
    readonly input: {
      readonly body?: {
        /** none with `X-Session-Mode: cookie`, else needed */
        readonly refresh_token?: string | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly access_token: string
        /** absent with `X-Session-Mode: cookie`: it is in the cookie */
        readonly refresh_token?: string | undefined
        readonly token_type: 'Bearer'
        readonly expires_in: number
      }
    }
    readonly errors: 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'auth.refresh_invalid' | 'auth.refresh_reused'
  }
  /** End this session */
  'POST /auth/logout': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Where the caller is signed in, newest first */
  'GET /auth/sessions': {
    readonly input: {
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly Session[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** End one of the caller’s sessions */
  'DELETE /auth/sessions/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'session.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Ask for a link to set a new password */
  'POST /auth/password/forgot': {
    readonly input: {
      readonly body: {
        readonly email: string
      }
    }
    readonly answers: {
      readonly 202: undefined
    }
    readonly errors: 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error'
  }
  /** Set a new password with the token of a mail */
  'POST /auth/password/reset': {
    readonly input: {
      readonly body: {
        readonly token: string
        readonly password: string
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'auth.token_invalid' | 'auth.password_weak'
  }
  /** Set a new password with the current one */
  'POST /auth/password/change': {
    readonly input: {
      readonly body: {
        readonly current_password: string
        readonly new_password: string
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'auth.password_wrong' | 'auth.password_weak'
  }
  /** Prove an address with the token of a mail, in a session of that account or with its password */
  'POST /auth/verify-email': {
    readonly input: {
      readonly body: {
        readonly token: string
        readonly password?: string | undefined
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'auth.token_invalid' | 'auth.proof_needed' | 'auth.email_taken'
  }
  /** Ask for the mail with the link again */
  'POST /auth/verify-email/resend': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 202: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'rate.limited' | 'validation.failed' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error'
  }
  /** Ask for another address */
  'POST /auth/email/change': {
    readonly input: {
      readonly body: {
        readonly new_email: string
        readonly password?: string | undefined
      }
    }
    readonly answers: {
      readonly 202: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'auth.fresh_login_needed' | 'auth.email_taken'
  }
  /** A page to confirm an address, with the token of a mail behind the # */
  'GET //verify-email': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** A page to set a new password, with the token of a mail behind the # */
  'GET //reset-password': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** A page to register */
  'GET //register': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** The caller’s own profile */
  'GET /users/profile': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Profile
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error' | 'user.not_found'
  }
  /** A person: all of it for the person and for admins, else what everybody may see */
  'GET /users/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Profile | PublicProfile
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'user.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Replace a profile */
  'PUT /users/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly full_name?: string | null | undefined
        readonly username?: string | undefined
        readonly phone_number?: string | null | undefined
        readonly avatar_url?: string | null | undefined
        readonly bio?: string | null | undefined
        readonly locale?: string | null | undefined
        readonly timezone?: string | null | undefined
        readonly settings?: Readonly<Record<string, unknown>> | null | undefined
      }
    }
    readonly answers: {
      readonly 200: Profile
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'user.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'user.username_taken'
  }
  /** The number, and since when it is proven */
  'GET /users/{id}/phone': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Phone
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'user.not_found' | 'service.unavailable' | 'internal.error' | 'access.denied'
  }
  /** Have a code sent to one’s number */
  'POST /users/{id}/phone/code': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 202: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'user.not_found' | 'rate.limited' | 'validation.failed' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'user.phone_missing'
  }
  /** Prove the number with the code */
  'POST /users/{id}/phone/verify': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly code: string
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'user.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'user.phone_code_invalid'
  }
  /** An archive of everything stored on a person, for that person alone */
  'POST /users/{id}/export': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body?: {
        readonly password?: string | undefined
      } | undefined
    }
    readonly answers: {
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'user.not_found' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'auth.fresh_login_needed'
  }
  /** The archive, for a day after it was finished */
  'GET /users/{id}/export/{operation_id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
        readonly operation_id: string | number
      }
    }
    readonly answers: {
      readonly 200: Readonly<Record<string, unknown>>
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'export.not_found' | 'auth.token_invalid' | 'service.unavailable' | 'internal.error'
  }
  /** Erase a person everywhere, after a time in which it can be cancelled */
  'DELETE /users/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body?: {
        readonly password?: string | undefined
      } | undefined
    }
    readonly answers: {
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'user.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'auth.fresh_login_needed'
  }
  /** One’s own scenarios or those shared with one, newest change first */
  'GET /scenarios': {
    readonly input: {
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
        readonly status?: 'draft' | 'in_progress' | 'completed' | 'archived' | undefined
        readonly tag?: string | number | undefined
        readonly q?: string | number | undefined
        readonly shared?: boolean | 'true' | 'false' | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly ScenarioSummary[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** Write a new scenario */
  'POST /scenarios': {
    readonly input: {
      readonly body: ScenarioBody
    }
    readonly answers: {
      readonly 201: Scenario
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error'
  }
  /** One scenario, whole */
  'GET /scenarios/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Scenario
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'scenario.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Replace what can be edited: a new version */
  'PUT /scenarios/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: ScenarioBody
    }
    readonly answers: {
      readonly 200: Scenario
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'scenario.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'precondition.required' | 'precondition.failed'
  }
  /** Delete it */
  'DELETE /scenarios/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'scenario.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'precondition.required' | 'precondition.failed'
  }
  /** Bring back what was deleted less than 30 days ago */
  'POST /scenarios/{id}/restore': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Scenario
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'scenario.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied'
  }
  /** One’s own tags and how many scenarios have them */
  'GET /tags': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly items: readonly {
          readonly name: string
          readonly count: number
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error'
  }
  /** One’s own deleted scenarios that can still be restored, the last deleted first */
  'GET /trash': {
    readonly input: {
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly Trashed[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** Empty it: what was in it is gone for good */
  'DELETE /trash': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** The scenario as a file */
  'GET /scenarios/{id}/export': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly query: {
        readonly format: 'md' | 'txt' | 'json' | 'fountain' | 'fdx' | 'pdf' | 'docx' | 'srt' | 'vtt' | 'csv' | 'prompter' | 'shotlist'
        readonly storyboard?: boolean | 'true' | 'false' | undefined
      }
    }
    readonly answers: {
      readonly 200: Blob | ScenarioImport
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'scenario.not_found' | 'rate.limited' | 'auth.token_invalid' | 'service.unavailable' | 'internal.error' | 'scenario.export_failed'
  }
  /** A link that opens the file without a token, for five minutes */
  'POST /scenarios/{id}/export-link': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly format: 'md' | 'txt' | 'json' | 'fountain' | 'fdx' | 'pdf' | 'docx' | 'srt' | 'vtt' | 'csv' | 'prompter' | 'shotlist'
        readonly storyboard?: boolean | undefined
      }
    }
    readonly answers: {
      readonly 201: SignedLink
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'scenario.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Take back a `json` export, one’s own or another’s, as a new scenario */
  'POST /scenarios/import': {
    readonly input: {
      readonly body: ScenarioImport
    }
    readonly answers: {
      readonly 201: Scenario
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error'
  }
  /** Every version, newest first */
  'GET /scenarios/{id}/versions': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly VersionItem[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'scenario.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** The scenario as it was then */
  'GET /scenarios/{id}/versions/{n}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
        readonly n: string | number
      }
    }
    readonly answers: {
      readonly 200: Version
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'scenario.version_not_found' | 'service.unavailable' | 'internal.error' | 'scenario.not_found'
  }
  /** Bring back a version, as a new one */
  'POST /scenarios/{id}/versions/{n}/restore': {
    readonly input: {
      readonly params: {
        readonly id: string | number
        readonly n: string | number
      }
    }
    readonly answers: {
      readonly 200: Scenario
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'scenario.version_not_found' | 'rate.limited' | 'validation.failed' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'scenario.not_found' | 'access.denied'
  }
  /** What changed between two versions, by scene, row and word: `to` is the current one by default, `from` the one before it */
  'GET /scenarios/{id}/diff': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly query?: {
        readonly from?: string | number | undefined
        readonly to?: string | number | undefined
        readonly format?: 'json' | 'html' | 'md' | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: VersionDiff | Blob
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'scenario.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'scenario.version_not_found' | 'scenario.export_failed'
  }
  /** What this version changed, by scene and word */
  'GET /scenarios/{id}/versions/{n}/diff': {
    readonly input: {
      readonly params: {
        readonly id: string | number
        readonly n: string | number
      }
      readonly query?: {
        readonly from?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: VersionDiff
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'scenario.version_not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'scenario.not_found' | 'scenario.export_failed'
  }
  /** What is said about a scenario, oldest first */
  'GET /scenarios/{id}/comments': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly Comment[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'scenario.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Say something about a scenario, one of its scenes, or a comment */
  'POST /scenarios/{id}/comments': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly body: string
        readonly parent_id?: string | null | undefined
        readonly scene_id?: string | null | undefined
        readonly row_id?: string | null | undefined
      }
    }
    readonly answers: {
      readonly 201: Comment
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'scenario.not_found' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'comment.not_found'
  }
  /** Edit one’s own comment, or resolve or reopen any */
  'PUT /comments/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly body?: string | undefined
        readonly resolved?: boolean | undefined
      }
    }
    readonly answers: {
      readonly 200: Comment
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'comment.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied'
  }
  /** Take back a comment */
  'DELETE /comments/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'comment.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied'
  }
  /** One’s own templates and the built-in ones */
  'GET /templates': {
    readonly input: {
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly Template[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** Write a template of one’s own */
  'POST /templates': {
    readonly input: {
      readonly body: TemplateBody
    }
    readonly answers: {
      readonly 201: Template
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error'
  }
  /** One template */
  'GET /templates/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Template
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'template.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Replace one’s own template */
  'PUT /templates/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: TemplateBody
    }
    readonly answers: {
      readonly 200: Template
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'template.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'precondition.required' | 'precondition.failed'
  }
  /** Remove one’s own template */
  'DELETE /templates/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'template.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'precondition.required' | 'precondition.failed'
  }
  /** Share with a person (by address or id) or by a link */
  'POST /scenarios/{id}/share': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly body: {
        readonly email?: string | undefined
        readonly user_id?: string | undefined
        readonly link?: true | undefined
        readonly role: 'viewer' | 'commenter' | 'editor'
        readonly message?: string | undefined
        readonly expires_at?: string | null | undefined
      }
    }
    readonly answers: {
      readonly 200: Share
      readonly 201: Share | LinkShare
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'scenario.not_found' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'share.self' | 'user.not_found'
  }
  /** Who has access, and by which links */
  'GET /scenarios/{id}/shares': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly Share[]
        readonly next_cursor: string | null
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'scenario.not_found' | 'service.unavailable' | 'internal.error' | 'access.denied'
  }
  /** Leave a scenario that was shared with the caller */
  'DELETE /scenarios/{id}/shares/me': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'scenario.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'share.not_found'
  }
  /** End an access, an invitation or a link, at once */
  'DELETE /scenarios/{id}/shares/{share_id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
        readonly share_id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'share.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'scenario.not_found'
  }
  /** What a link opens, no account needed: JSON, or for a browser a page to read */
  'GET /shared/{token}': {
    readonly input: {
      readonly params: {
        readonly token: string | number
      }
    }
    readonly answers: {
      readonly 200: Scenario
      readonly 404: Scenario
    }
    readonly errors: 'share.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** What a link opens, no account needed: JSON, or for a browser a page to read */
  'GET //shared/{token}': {
    readonly input: {
      readonly params: {
        readonly token: string | number
      }
    }
    readonly answers: {
      readonly 200: Scenario
      readonly 404: Scenario
    }
    readonly errors: 'share.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** A page to sign in and read a script */
  'GET //scenarios/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'route.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Write a script from a brief: a new scenario, or a new version of one */
  'POST /ai/generate': {
    readonly input: {
      readonly body: {
        readonly brief: string
        readonly template_id?: string | undefined
        readonly scenario_id?: string | undefined
        readonly base_version?: number | undefined
        readonly kind?: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other' | undefined
        readonly platform?: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other' | undefined
        readonly language?: string | undefined
        readonly tone?: readonly string[] | undefined
        readonly audience?: string | undefined
        readonly target_duration_s?: number | undefined
        readonly cta?: string | undefined
        readonly must_include?: readonly string[] | undefined
        readonly must_avoid?: readonly string[] | undefined
        readonly hooks?: number | undefined
        readonly max_cost_micros?: number | undefined
      }
    }
    readonly answers: {
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'scenario.not_found' | 'template.not_found' | 'access.denied' | 'ai.base_version_changed' | 'ai.budget_exhausted' | 'ai.cap_exceeded'
  }
  /** What a script would cost, and whether it would be accepted now */
  'POST /ai/estimate': {
    readonly input: {
      readonly body: {
        readonly brief: string
        readonly template_id?: string | undefined
        readonly scenario_id?: string | undefined
        readonly base_version?: number | undefined
        readonly kind?: 'ad' | 'integration' | 'tutorial' | 'short' | 'review' | 'explainer' | 'other' | undefined
        readonly platform?: 'youtube' | 'shorts' | 'reels' | 'tiktok' | 'vk' | 'rutube' | 'telegram' | 'tv' | 'other' | undefined
        readonly language?: string | undefined
        readonly tone?: readonly string[] | undefined
        readonly audience?: string | undefined
        readonly target_duration_s?: number | undefined
        readonly cta?: string | undefined
        readonly must_include?: readonly string[] | undefined
        readonly must_avoid?: readonly string[] | undefined
        readonly hooks?: number | undefined
        readonly max_cost_micros?: number | undefined
      }
    }
    readonly answers: {
      readonly 200: {
        readonly cost_micros_low: number
        readonly cost_micros_high: number
        readonly currency: string
        readonly remaining_micros: number
        readonly fits: boolean
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error' | 'scenario.not_found' | 'template.not_found' | 'access.denied' | 'ai.base_version_changed'
  }
  /** Write one scene anew, as a note asks: a new version, or a `proposal` of which nothing is stored */
  'POST /ai/generate/scene': {
    readonly input: {
      readonly body: {
        readonly scenario_id: string
        readonly scene_id: string
        readonly base_version: number
        readonly note: string
        readonly proposal?: boolean | undefined
      }
    }
    readonly answers: {
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'scenario.not_found' | 'scenario.scene_locked' | 'access.denied' | 'ai.base_version_changed' | 'ai.budget_exhausted'
  }
  /** Titles for a brief or a scenario */
  'POST /ai/generate/title': {
    readonly input: {
      readonly body: {
        readonly scenario_id?: string | undefined
        readonly brief?: string | undefined
        readonly count?: number | undefined
      }
    }
    readonly answers: {
      readonly 200: {
        readonly titles: readonly {
          readonly text: string
          readonly chars: number
        }[]
        readonly operation_id: string
      }
      readonly 202: Operation
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'scenario.not_found' | 'ai.budget_exhausted' | 'operation.cancelled' | 'ai.cap_exceeded' | 'ai.provider_unavailable' | 'ai.provider_rejected' | 'ai.quota' | 'ai.refused' | 'ai.output_invalid' | 'ai.timeout' | 'ai.base_version_changed'
  }
  /** What the caller used this month, and what is left */
  'GET /ai/usage': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly period: string
        readonly generations: number
        readonly input_tokens: number
        readonly output_tokens: number
        readonly cost_micros: number
        readonly currency: string
        readonly budget_micros: number
        readonly remaining_micros: number
        readonly unused: readonly {
          readonly reason: string
          readonly calls: number
          readonly cost_micros: number
        }[]
        readonly unpriced_models: readonly string[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error'
  }
  /** Who writes, in the order of use */
  'GET /ai/providers': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly items: readonly {
          readonly name: string
          readonly model: string
          readonly is_demo: boolean
          readonly healthy: boolean
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error'
  }
  /** What was written and not stored: a proposal, or for a version that had changed meanwhile */
  'GET /operations/{id}/proposal': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 200: {
        readonly operation_id: string
        readonly scenario_id: string | null
        readonly base_version: number | null
        readonly title: string | null
        readonly is_demo: boolean
        readonly scenes: readonly {
          readonly heading: string
          readonly beat: 'hook' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'cta' | 'outro' | 'free'
          readonly rows: readonly {
            readonly visual: string
            readonly audio: readonly {
              readonly speaker: string
              readonly type: 'vo' | 'dialog' | 'sfx' | 'music'
              readonly text: string
            }[]
            readonly on_screen_text: string | null
            readonly duration_s: number
          }[]
        }[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'operation.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** Tell oneself, or (admins and other backends) somebody else */
  'POST /notifications': {
    readonly input: {
      readonly body: {
        readonly user_id: string
        readonly topic: 'welcome' | 'security' | 'account' | 'generation_finished' | 'generation_failed' | 'share' | 'comment' | 'budget' | 'custom'
        readonly title: string
        readonly body: string
        readonly channels?: readonly ('in_app' | 'email' | 'sms' | 'web_push')[] | undefined
        readonly dedupe_key?: string | undefined
      }
    }
    readonly answers: {
      readonly 200: Notification
      readonly 201: Notification
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error' | 'access.denied' | 'user.not_found'
  }
  /** One’s own, newest first, and how many are unread */
  'GET /notifications': {
    readonly input: {
      readonly query?: {
        readonly limit?: string | number | undefined
        readonly cursor?: string | number | undefined
        readonly unread?: boolean | 'true' | 'false' | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: {
        readonly items: readonly Notification[]
        readonly next_cursor: string | null
        readonly unread_count: number
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'service.unavailable' | 'internal.error'
  }
  /** New ones, as they come (server-sent events) */
  'GET /notifications/stream': {
    readonly input: {
      readonly query?: {
        readonly wait?: string | number | undefined
        readonly last_event_id?: string | number | undefined
        readonly ticket?: string | number | undefined
      } | undefined
    }
    readonly answers: {
      readonly 200: EventPage
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'validation.failed' | 'stream.id_gone' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Mark all as read */
  'POST /notifications/read-all': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Mark one as read */
  'POST /notifications/{id}/read': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'notification.not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** Which topics reach one on which channels */
  'GET /notifications/preferences': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: NotificationPreferences
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error'
  }
  /** Choose topics, channels, quiet hours and digest */
  'PUT /notifications/preferences': {
    readonly input: {
      readonly body: {
        readonly topics?: Readonly<Record<string, {
          readonly in_app?: boolean | undefined
          readonly email?: boolean | undefined
          readonly sms?: boolean | undefined
          readonly web_push?: boolean | undefined
        }>> | undefined
        readonly quiet_hours?: {
          readonly start: string
          readonly end: string
          readonly timezone: string
        } | null | undefined
        readonly digest?: 'off' | 'daily' | undefined
      }
    }
    readonly answers: {
      readonly 200: NotificationPreferences
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** The public key (VAPID, base64url) that a browser subscribes with */
  'GET /notifications/push-key': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly public_key: string
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error'
  }
  /** The browsers that are told, oldest first */
  'GET /notifications/push-subscriptions': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly items: readonly PushSubscription[]
      }
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'service.unavailable' | 'internal.error'
  }
  /** Let this browser be told, while the session lives */
  'POST /notifications/push-subscriptions': {
    readonly input: {
      readonly body: {
        readonly endpoint: string
        readonly expirationTime?: number | null | undefined
        readonly keys: {
          readonly p256dh: string
          readonly auth: string
        }
      }
    }
    readonly answers: {
      readonly 200: PushSubscription
      readonly 201: PushSubscription
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'request.malformed' | 'request.too_large' | 'request.unsupported_media_type' | 'validation.failed' | 'rate.limited' | 'idempotency.key_reused' | 'idempotency.in_progress' | 'service.unavailable' | 'internal.error'
  }
  /** Tell this browser no more */
  'DELETE /notifications/push-subscriptions/{id}': {
    readonly input: {
      readonly params: {
        readonly id: string | number
      }
    }
    readonly answers: {
      readonly 204: undefined
    }
    readonly errors: 'auth.required' | 'auth.token_rejected' | 'notification.subscription_not_found' | 'rate.limited' | 'service.unavailable' | 'internal.error'
  }
  /** One click (RFC 8058): no more mails about what that mail was about */
  'POST /notifications/unsubscribe/{token}': {
    readonly input: {
      readonly params: {
        readonly token: string | number
      }
    }
    readonly answers: {
      readonly 200: Blob
      readonly 204: undefined
    }
    readonly errors: 'route.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** A page with the button */
  'GET /notifications/unsubscribe/{token}': {
    readonly input: {
      readonly params: {
        readonly token: string | number
      }
    }
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'route.not_found' | 'service.unavailable' | 'internal.error'
  }
  /** The process answers */
  'GET //health/live': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly status: 'ok'
      }
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** What it needs answers too: 200 also when it serves and something waits (degraded) */
  'GET //health/ready': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly status: 'ok' | 'degraded' | 'unavailable'
        readonly checks: Readonly<Record<string, {
          readonly status: 'ok' | 'degraded' | 'unavailable'
          /** What is wrong, in a word: `database_missing`, `namespace_missing` … */
          readonly reason?: string | undefined
          /** The same in words, and what to do */
          readonly detail?: string | undefined
        }>>
      }
      readonly 503: {
        readonly status: 'ok' | 'degraded' | 'unavailable'
        readonly checks: Readonly<Record<string, {
          readonly status: 'ok' | 'degraded' | 'unavailable'
          /** What is wrong, in a word: `database_missing`, `namespace_missing` … */
          readonly reason?: string | undefined
          /** The same in words, and what to do */
          readonly detail?: string | undefined
        }>>
      }
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** Public keys of the access tokens */
  'GET //.well-known/jwks.json': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: {
        readonly keys: readonly Readonly<Record<string, unknown>>[]
      }
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** This document */
  'GET //openapi.json': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Readonly<Record<string, unknown>>
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** The API to read and try */
  'GET //docs': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** Style of the docs page */
  'GET //docs/viewer.css': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** Viewer of the docs page */
  'GET //docs/viewer.js': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** Start of the docs page */
  'GET //docs/start.js': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** Leads to the studio */
  'GET //': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 302: undefined
    }
    readonly errors: 'service.unavailable' | 'internal.error'
  }
  /** The product in a browser */
  'GET //studio': {
    readonly input: Record<never, never>
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'service.unavailable' | 'internal.error' | 'route.not_found'
  }
  /** A part of the studio */
  'GET //studio/assets/{file}': {
    readonly input: {
      readonly params: {
        readonly file: string | number
      }
    }
    readonly answers: {
      readonly 200: Blob
    }
    readonly errors: 'route.not_found' | 'service.unavailable' | 'internal.error'
  }
}

/** What is done once for each `Idempotency-Key`. */
export const ONCE: ReadonlySet<string> = new Set([
  'POST /operations/{id}/retry',
  'POST /admin/operations/{id}/retry',
  'POST /admin/bulks',
  'POST /auth/register',
  'POST /auth/password/forgot',
  'POST /auth/verify-email/resend',
  'POST /auth/email/change',
  'POST /users/{id}/phone/code',
  'POST /users/{id}/export',
  'POST /scenarios',
  'POST /scenarios/import',
  'POST /scenarios/{id}/versions/{n}/restore',
  'POST /scenarios/{id}/comments',
  'POST /templates',
  'POST /scenarios/{id}/share',
  'POST /ai/generate',
  'POST /ai/generate/scene',
  'POST /ai/generate/title',
  'POST /notifications',
  'POST /notifications/push-subscriptions',
])
