import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { listening } from '../../loopback.ts';

/** One request of the JSON protocol (EventBridge, Secrets Manager). */
export interface JsonRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface LoopbackJson {
  readonly url: string;
  readonly requests: JsonRequest[];
  close(): Promise<void>;
}

/** A server on a free port of 127.0.0.1 that answers in the JSON protocol of AWS. */
export async function loopbackJson(
  answer: (request: JsonRequest, nth: number) => { readonly status?: number; readonly body: object },
): Promise<LoopbackJson> {
  const requests: JsonRequest[] = [];
  const server = createServer(async (request, response) => {
    const seen = { headers: request.headers, body: await json(request) };
    requests.push(seen);
    const { status = 200, body } = answer(seen, requests.length);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  const { port, close } = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close,
  };
}
