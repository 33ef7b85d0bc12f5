import { describe, expect, test } from 'vitest'
import { errorText, helpText, parseArguments, usageText, type Parser } from './argparse.ts'

const parser: Parser = {
  program: 'verifiable-producer',
  about: 'Sends.',
  arguments: [
    { name: '--topic', metavar: 'TOPIC', required: true, about: '' },
    { name: '--broker-list', metavar: 'HOST1:PORT1[,HOST2:PORT2[...]]', required: true, about: '' },
    { name: '--max-messages', metavar: 'MAX-MESSAGES', type: 'Integer', initially: '-1', about: '' },
    { name: '--throughput', metavar: 'THROUGHPUT', type: 'Integer', about: '' },
    { name: '--acks', metavar: 'ACKS', choices: ['0', '1', '-1'], about: '' },
    { name: '--producer.config', metavar: 'CONFIG_FILE', about: '' },
    { name: '--message-create-time', metavar: 'CREATETIME', about: '' },
    { name: '--value-prefix', metavar: 'VALUE-PREFIX', about: '' },
    { name: '--repeating-keys', metavar: 'REPEATING-KEYS', about: '' },
  ],
}
const groups: Parser = {
  program: 'p',
  about: '',
  arguments: [
    { name: '--props', metavar: 'PROP', many: true, about: '' },
    { name: '--size', metavar: 'SIZE', group: 'payload', about: '' },
    { name: '--file', metavar: 'FILE', group: 'payload', about: '' },
  ],
}
const refusal = (of: Parser, ...args: string[]): string => {
  try {
    parseArguments(of, args)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('command lines of argparse4j', () => {
  test('are shown as the real one wraps them', () => {
    expect(errorText(parser, refusal(parser, '--topic', 'vp1')).split('\n')).toEqual([
      'usage: verifiable-producer [-h] --topic TOPIC',
      '                           --broker-list HOST1:PORT1[,HOST2:PORT2[...]]',
      '                           [--max-messages MAX-MESSAGES]',
      '                           [--throughput THROUGHPUT] [--acks ACKS]',
      '                           [--producer.config CONFIG_FILE]',
      '                           [--message-create-time CREATETIME]',
      '                           [--value-prefix VALUE-PREFIX]',
      '                           [--repeating-keys REPEATING-KEYS]',
      'verifiable-producer: error: argument --broker-list is required',
      '',
    ])
    expect(usageText(groups)).toBe('usage: p [-h] [--props PROP [PROP ...]] (--size SIZE | --file FILE)\n')
    expect(helpText(groups)).toContain('--props PROP')
  })
  test('give values, negative numbers and what stands behind an equals sign', () => {
    const args = parseArguments(parser, ['--topic=t', '--broker-list', 'a:1', '--throughput', '-1'])
    if (args === 'help') throw new Error('help')
    expect([args.value('--topic'), args.value('--throughput'), args.value('--max-messages'), args.value('--acks')]).toEqual([
      't',
      '-1',
      '-1',
      undefined,
    ])
    const many = parseArguments(groups, ['--props', 'a=1', 'b=2', '--size', '3'])
    expect(many !== 'help' && many.all('--props')).toEqual(['a=1', 'b=2'])
    expect(parseArguments(parser, ['-h'])).toBe('help')
  })
  test.each([
    [['--foo'], "unrecognized arguments: '--foo'"],
    [['--topic'], 'argument --topic: expected one argument'],
    [['--topic', 't', '--broker-list', 'a:1', '--acks', '5'], "argument --acks: invalid choice: '5' (choose from {0,1,-1})"],
    [['--topic', 't', '--broker-list', 'a:1', '--throughput', 'x'], "argument --throughput: could not convert 'x' to Integer (32 bit)"],
  ])('refuse %j', (args, message) => {
    expect(refusal(parser, ...args)).toBe(message)
  })
  test('refuse two of a group, and none', () => {
    expect(refusal(groups, '--size', '1', '--file', 'f')).toBe('argument --file: not allowed with argument --size')
    expect(refusal(groups)).toBe('one of the arguments --size --file is required')
  })
})
