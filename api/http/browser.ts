/**
 * Whether a request comes from a page in front of a person: it names HTML (RFC 9110 §12.5.1), as browsers do and mail providers, curl and
 * libraries do not. Any type alone is no wish for a page, nor is HTML that is refused (`q=0`).
 * @param accept the header's value
 */
export const isBrowser = (accept: string | undefined): boolean =>
  (accept ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    return type === 'text/html' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
