import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

export const ROOT = resolve(import.meta.dirname, '../..')

/** A line that code can write. */
export interface Said {
  readonly place: string
  readonly level: string
  /** Its message; null where that is not written there as it stands. */
  readonly message: string | null
  /** The words of what it says beside. */
  readonly words: readonly string[]
}

const LEVEL = /^(trace|debug|info|warn|error|fatal)$/
const LOGGER = /(^|\.|[a-z])(log|[lL]ogger)\??$/

/** The text of a literal, and the beginning of one that goes on with a value. */
const literal = (node: ts.Node | undefined): string | null => {
  if (!node) return null
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node)) return node.head.text
  return ts.isBinaryExpression(node) ? literal(node.left) : null
}

const words = (node: ts.Node): string[] =>
  ts.isObjectLiteralExpression(node)
    ? node.properties.flatMap((one) => (one.name && !ts.isComputedPropertyName(one.name) ? [one.name.text] : []))
    : []

/** Every line that these files can write to a log, as they stand there. */
export function linesOf(pattern: string, cwd = ROOT): Said[] {
  return globSync(pattern, { cwd }).flatMap((path) => {
    const source = ts.createSourceFile(path, readFileSync(join(cwd, path), 'utf8'), ts.ScriptTarget.Latest)
    const found: Said[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
        const { expression: on, name } = node.expression
        if (LEVEL.test(name.text) && LOGGER.test(on.getText(source))) {
          const texts = node.arguments.map(literal).filter((text) => text !== null)
          const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
          found.push({
            ...{ place: `${path}:${line + 1}`, level: name.text, message: texts[0] ?? null },
            words: node.arguments.flatMap(words),
          })
        }
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
    return found
  })
}
