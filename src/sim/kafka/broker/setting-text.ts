// Values of settings as Java prints them once they are parsed, and the block of all settings in server.log.
import { BROKER_SETTINGS, brokerSetting, type SettingKind } from './config-table.ts'

/** A parsed value as Java prints it. */
export function settingText(kind: SettingKind, text: string): string {
  const value = text.trim()
  switch (kind) {
    case 'BOOLEAN':
      return value.toLowerCase()
    case 'INT':
    case 'SHORT':
    case 'LONG':
      return /^[+-]?\d+$/.test(value) ? String(BigInt(value.replace('+', ''))) : value
    case 'DOUBLE':
      return doubleText(value)
    case 'LIST':
      return value === ''
        ? ''
        : value
            .split(',')
            .map((item) => item.trim())
            .join(',')
    case 'STRING':
    case 'CLASS':
    case 'PASSWORD':
      return value
  }
}
/** java.lang.Double.toString, of the usual sizes. */
export function doubleText(text: string): string {
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  const plain = String(value)
  if (value !== 0 && (Math.abs(value) >= 1e7 || Math.abs(value) < 1e-3)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string]
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`
  }
  return plain.includes('.') ? plain : `${plain}.0`
}

/** The lines below `KafkaConfig values: `: all settings by name, as Java prints their values (config/AbstractConfig.java). */
export function settingLines(settings: Readonly<Record<string, string>>): string[] {
  const names = BROKER_SETTINGS.map(([name]) => name).sort()
  return names.map((name) => {
    const [, kind, byDefault] = brokerSetting(name)!
    const text = settings[name] ?? byDefault ?? null
    const value = text === null ? 'null' : settingText(kind, text)
    if (text === null) return `\t${name} = null`
    if (kind === 'PASSWORD') return `\t${name} = [hidden]`
    return `\t${name} = ${kind === 'LIST' ? `[${value.split(',').join(', ')}]` : value}`
  })
}
