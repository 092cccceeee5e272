import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, type CustomResourceRequest, customResourceRequestSchema } from '../../../functions/handlers/deploy/custom-resource.ts';
import { publish } from '../../../functions/handlers/deploy/publish-configuration.ts';
import { memoryStore } from '../../../simulator/memory-store.ts';
import { createConfiguration } from '../../analysis/builders.ts';

let server: Server;
let url: string;
let status: number;
const taken: { headers: unknown; body: unknown }[] = [];
beforeEach(async () => {
  status = 200;
  taken.length = 0;
  server = createServer(async (request, response) => {
    taken.push({ headers: request.headers, body: JSON.parse(await text(request)) });
    response.writeHead(status).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/answer?signed=yes` : '';
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const request = (overrides: Partial<CustomResourceRequest> = {}): CustomResourceRequest => ({
  RequestType: 'Create',
  ResponseURL: url,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Configuration',
  ResourceProperties: { Configuration: JSON.stringify(createConfiguration()) },
  ...overrides,
});

describe('publishing the configuration of a deployment', () => {
  it('writes what discover-targets reads', async () => {
    const { store, text: textOf } = memoryStore();
    await publish(store, request());
    expect(JSON.parse(textOf('config/greenlight.json'))).toEqual(JSON.parse(JSON.stringify(createConfiguration())));
  });

  it('leaves it where it is when the stack is destroyed', async () => {
    const { store, written } = memoryStore();
    await publish(store, request({ RequestType: 'Delete', ResourceProperties: {} }));
    expect(written).toEqual([]);
  });

  it('refuses what is no configuration, with the place', async () => {
    const { store, written } = memoryStore();
    const wrong = request({ ResourceProperties: { Configuration: '{"accounts":{"explicit":[{"id":"1"}]}}' } });
    await expect(publish(store, wrong)).rejects.toThrow(/accounts\.explicit/);
    expect(written).toEqual([]);
  });
});

describe('the answer to CloudFormation', () => {
  it('is put at the address it gave, under an id that never changes', async () => {
    await answer(request(), 'SUCCESS', 'published');
    await answer(request({ PhysicalResourceId: 'given' }), 'FAILED', 'x'.repeat(5000));
    expect(taken.map(({ body }) => body)).toEqual([
      {
        Status: 'SUCCESS',
        Reason: 'published',
        PhysicalResourceId: 'eks-greenlight-configuration',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Configuration',
      },
      expect.objectContaining({ Status: 'FAILED', PhysicalResourceId: 'given', Reason: 'x'.repeat(1000) }),
    ]);
    expect(taken[0]?.headers).toMatchObject({ 'content-type': '' });
  });

  it('that is not taken is an error', async () => {
    status = 403;
    await expect(answer(request(), 'SUCCESS', 'published')).rejects.toThrow('403');
  });

  it('is asked for in the shape of CloudFormation', () => {
    expect(customResourceRequestSchema.safeParse({ ...request(), ResponseURL: 'nowhere' }).success).toBe(false);
  });
});
