// Connections in words: opened, refused, closed, reset, named by the port of the side that listens.

export type TcpEvent = 'open' | 'refused' | 'close' | 'reset'

/** `open to port 2181`. */
export const formatTcp = (event: TcpEvent, port: number): string => `${event}${event === 'open' ? ' to' : ''} port ${port}`
