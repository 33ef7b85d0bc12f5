import { describe, expect, it } from 'vitest'
import * as z from './znodes.ts'

describe('znode texts', () => {
  const broker = { id: 1, host: 'kafka1', port: 9092, rack: null }
  it('are those of 2.3.0', () => {
    expect(z.encodeBroker(broker, 1795342077504)).toBe(
      '{"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://kafka1:9092"],"jmx_port":-1,"host":"kafka1","timestamp":"1795342077504","port":9092,"version":4}',
    )
    expect(z.encodeBroker({ ...broker, rack: 'r1' }, 1795342077519)).toContain('["PLAINTEXT://kafka1:9092"],"rack":"r1","jmx_port":-1')
    expect(z.encodeController(2, 1567061407902)).toBe('{"version":1,"brokerid":2,"timestamp":"1567061407902"}')
    expect(z.encodeState({ controllerEpoch: 7, leader: 2, leaderEpoch: 0, isr: [2, 1], zkVersion: 0 })).toBe(
      '{"controller_epoch":7,"leader":2,"version":1,"leader_epoch":0,"isr":[2,1]}',
    )
    expect(z.encodeClusterId('3tqsl14XTm6rho3oGu-T5A')).toBe('{"version":"1","id":"3tqsl14XTm6rho3oGu-T5A"}')
    expect(z.encodeProducerIdBlock({ brokerId: 2, start: 0, end: 999 })).toBe(
      '{"version":1,"broker":2,"block_start":"0","block_end":"999"}',
    )
    expect(z.encodeIsrChange([{ topic: 'playground', partition: 0 }])).toBe(
      '{"version":1,"partitions":[{"topic":"playground","partition":0}]}',
    )
    expect(z.encodeConfigChange('topics/tiny')).toBe('{"version":2,"entity_path":"topics/tiny"}')
    expect(
      z.encodeConfig([
        ['retention.ms', '600000'],
        ['segment.ms', '60000'],
      ]),
    ).toBe('{"version":1,"config":{"retention.ms":"600000","segment.ms":"60000"}}')
  })
  it('are read back, in the order written', () => {
    expect(z.decodeBroker(1, z.encodeBroker(broker, 5))).toEqual(broker)
    expect(z.decodeTopic('{"version":1,"partitions":{"2":[1,2],"1":[2,1],"3":[2,1],"0":[1,2]}}')!.map(([p]) => p)).toEqual([2, 1, 3, 0])
    expect(z.decodeState('{"controller_epoch":7,"leader":2,"version":1,"leader_epoch":0,"isr":[2,1]}', 4)).toEqual({
      controllerEpoch: 7,
      leader: 2,
      leaderEpoch: 0,
      isr: [2, 1],
      zkVersion: 4,
    })
  })
  it('written by hand and wrong, are not read', () => {
    for (const bad of ['', 'x', '{', '[]', '3', '{"leader":"2"}', '{"partitions":{"a":[1]}}', null]) {
      expect(z.decodeState(bad, 0)).toBeUndefined()
      expect(z.decodeTopic(bad)).toBeUndefined()
      expect(z.decodeController(bad)).toBeUndefined()
      expect(z.decodeBroker(1, bad)).toBeUndefined()
      expect(z.decodePartitions(bad)).toEqual([])
    }
  })
})
