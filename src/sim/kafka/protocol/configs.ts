// DescribeConfigs (32), AlterConfigs (33) and IncrementalAlterConfigs (44). Resource types: 2 topic, 4 broker.
import { array, boolean, int16, int32, int8, nullableArray, nullableString, since, string, struct } from './schema.ts'

export const describeConfigsRequest = struct({
  resources: array(struct({ resourceType: int8, resourceName: string, configNames: nullableArray(string) })),
  includeSynonyms: since(1, boolean),
})

export const describeConfigsResponse = struct({
  throttleTimeMs: int32,
  resources: array(
    struct({
      errorCode: int16,
      errorMessage: nullableString,
      resourceType: int8,
      resourceName: string,
      configEntries: array(
        struct({
          name: string,
          value: nullableString,
          readOnly: boolean,
          isDefault: since(0, boolean, 0),
          configSource: since(1, int8),
          isSensitive: boolean,
          synonyms: since(1, array(struct({ name: string, value: nullableString, source: int8 }))),
        }),
      ),
    }),
  ),
})

export const alterConfigsRequest = struct({
  resources: array(
    struct({ resourceType: int8, resourceName: string, configEntries: array(struct({ configName: string, configValue: nullableString })) }),
  ),
  validateOnly: boolean,
})

export const alterConfigsResponse = struct({
  throttleTimeMs: int32,
  resources: array(struct({ errorCode: int16, errorMessage: nullableString, resourceType: int8, resourceName: string })),
})

/** `configOperation`: 0 set, 1 delete, 2 append, 3 subtract. */
export const incrementalAlterConfigsRequest = struct({
  resources: array(
    struct({
      resourceType: int8,
      resourceName: string,
      configs: array(struct({ name: string, configOperation: int8, value: nullableString })),
    }),
  ),
  validateOnly: boolean,
})

export const incrementalAlterConfigsResponse = struct({
  throttleTimeMs: int32,
  responses: array(struct({ errorCode: int16, errorMessage: nullableString, resourceType: int8, resourceName: string })),
})
