import fc from 'fast-check'
import { expect, test } from 'vitest'
import { us } from '../base/index.ts'
import { FileTree } from './file-tree.ts'
import type { File } from './world.ts'

const file = (text: string): File => ({ text, records: undefined, size: text.length, mode: 0o644, mtime: us(0), dir: false })
const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`)

test('folders are what a walk over all paths finds, whatever was written and removed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), path)), (steps) => {
      let tree = FileTree.empty()
      const model = new Map<string, File>()
      steps.forEach(([write, at], i) => {
        tree = write ? tree.set(at, file(String(i))) : tree.delete(at)
        if (write) model.set(at, file(String(i)))
        else model.delete(at)
      })
      expect(Object.fromEntries(tree)).toEqual(Object.fromEntries(model))
      expect(tree.size).toBe(model.size)
      const paths = [...model.keys()].sort()
      for (const folder of ['/', '/a', '/a/b', '/a/b/c', '/b', '/c/a']) {
        const prefix = folder === '/' ? '/' : `${folder}/`
        const below = paths.filter((name) => name.startsWith(prefix))
        expect(tree.hasBelow(folder)).toBe(below.length > 0)
        expect(tree.namesIn(folder)).toEqual([...new Set(below.map((name) => name.slice(prefix.length).split('/')[0]!))].sort())
        expect([...tree.within(folder)].sort()).toEqual(paths.filter((name) => name === folder || name.startsWith(prefix)))
      }
      // The same files give the same tree, however they came to be there.
      expect(FileTree.of(model)).toEqual(tree)
    }),
  )
})
