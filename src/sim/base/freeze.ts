// Plain data that nobody changes any more.

/** Freezes plain data to the bottom; instances of classes are values already. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Object.getPrototypeOf(value) !== Object.prototype && !Array.isArray(value)) return value
  for (const item of Object.values(value)) deepFreeze(item)
  return Object.freeze(value)
}
/** The same plain data as a value of its own, frozen to the bottom. For what may lie in a draft, which cannot be frozen where it is. */
export function frozenCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozenCopy(item))) as T
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, frozenCopy(item as unknown)]))) as T
}
