// ApiVersions (18): what a broker speaks. Tools send it first on every connection, brokers among themselves never.
import { array, int16, int32, since, struct } from './schema.ts'

export const apiVersionsRequest = struct({})

export const apiVersionsResponse = struct({
  errorCode: int16,
  apiVersions: array(struct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
  throttleTimeMs: since(1, int32),
})
