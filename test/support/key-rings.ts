const RING = [{ id: 'none', secret: Buffer.alloc(32) }]

/** Enough keys for routes that are only read, as data. */
export const NO_KEYS = {
  peppers: RING,
  unsubscribe: RING,
  idempotency: RING,
  phoneCodes: RING,
  limits: RING,
  links: RING,
  devPages: null,
  vapid: [{ public: '', private: '' }],
}
