import { type AwsCall, awsError } from './errors.ts';

/** The answer of one call as plain JSON. Fails with a `CollectionError`. */
export async function answerOf(call: AwsCall, send: () => Promise<object>): Promise<unknown> {
  try {
    return plainJson(await send());
  } catch (error) {
    throw awsError(error, call);
  }
}

/** The pages of a list as plain JSON. Fails with a `CollectionError`. */
export async function* pagesOf(call: AwsCall, pages: AsyncIterable<object>): AsyncIterable<unknown> {
  try {
    for await (const page of pages) yield plainJson(page);
  } catch (error) {
    throw awsError(error, call);
  }
}

/** What the service answered, as it would stand in a file: dates as ISO strings, without the SDK's own `$metadata`. */
function plainJson(output: object): unknown {
  return JSON.parse(JSON.stringify(output, (key, value) => (key === '$metadata' ? undefined : value)));
}
