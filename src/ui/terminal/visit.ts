// Lines entered in this visit, by terminal: they outlive a step back in time, in the memory of the arrow keys alone.

const KEPT = 200
const lines = new Map<string, string[]>()

export function remember(terminal: string, line: string): void {
  if (line.trim() === '') return
  const list = (lines.get(terminal) ?? []).filter((known) => known !== line)
  list.push(line)
  lines.set(terminal, list.slice(-KEPT))
}
export const enteredBefore = (terminal: string): readonly string[] => lines.get(terminal) ?? []
