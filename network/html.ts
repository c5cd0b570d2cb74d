/** A text as HTML, in an element or in an attribute: it is read as the text that it is. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
