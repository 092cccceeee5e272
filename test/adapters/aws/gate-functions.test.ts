import { afterEach, describe, expect, it, vi } from 'vitest';
import { gateFunctions } from '../../../functions/adapters/aws/gate-functions.ts';
import { eksError, type Interceptor, type LoopbackAws, loopbackAws, type WireAnswer } from './loopback-aws.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:999999999999:function:checkout-gate';
const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });

afterEach(() => vi.unstubAllEnvs());

async function withLambda(answer: Interceptor, test: (gates: ReturnType<typeof gateFunctions>, server: LoopbackAws) => Promise<void>) {
  const server = await loopbackAws(answer);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  try {
    await test(gateFunctions({ region: 'eu-west-1', credentials, timeoutSeconds: 5 }), server);
  } finally {
    await server.close();
  }
}

const returned = (body: string, headers: Record<string, string> = {}): WireAnswer => ({ status: 200, headers, body });

describe('a gate function', () => {
  it('is asked in its own region, and what it returns is the answer', () =>
    withLambda(
      () => returned('{"verdict":"pass"}'),
      async (gates, { requests }) => {
        expect(await gates.invoke(functionArn, { rotationId: 'rot-1' })).toEqual({ verdict: 'pass' });
        const [asked] = requests;
        expect(decodeURIComponent(asked?.url.pathname ?? '')).toBe(`/2015-03-31/functions/${functionArn}/invocations`);
        expect(asked?.headers.authorization).toContain('/eu-central-1/lambda/');
        expect(JSON.parse(asked?.body ?? '')).toEqual({ rotationId: 'rot-1' });
      },
    ));

  it('that returns nothing answers null', () =>
    withLambda(
      () => returned(''),
      async (gates) => {
        expect(await gates.invoke(functionArn, {})).toBeNull();
      },
    ));

  it('that throws is no answer, and says why', () =>
    withLambda(
      () => returned('{"errorType":"TypeError","errorMessage":"x is undefined"}', { 'x-amz-function-error': 'Unhandled' }),
      async (gates) => {
        await expect(gates.invoke(functionArn, {})).rejects.toMatchObject({
          code: 'InvalidResponse',
          message: `lambda:InvokeFunction of ${functionArn}: the function failed: TypeError: x is undefined`,
        });
      },
    ));

  it('that returns no JSON is no answer', () =>
    withLambda(
      () => returned('pass'),
      async (gates) => {
        await expect(gates.invoke(functionArn, {})).rejects.toMatchObject({
          code: 'InvalidResponse',
          message: expect.stringContaining('not JSON'),
        });
      },
    ));

  it.each([
    [403, 'AccessDeniedException', 'AccessDenied'],
    [404, 'ResourceNotFoundException', 'NotFound'],
    [409, 'ResourceConflictException', 'Throttled'],
  ])('that answers %i is an error: %s is %s', (status, name, code) =>
    withLambda(
      () => eksError(status, name, 'no'),
      async (gates) => {
        await expect(gates.invoke(functionArn, {})).rejects.toMatchObject({ code, message: expect.stringContaining(functionArn) });
      },
    ),
  );

  it('that does not answer in time is Timeout', async () => {
    const server = await loopbackAws(() => 'hang');
    vi.stubEnv('AWS_ENDPOINT_URL', server.url);
    try {
      const gates = gateFunctions({ region: 'eu-west-1', credentials, timeoutSeconds: 0.05 });
      await expect(gates.invoke(functionArn, {})).rejects.toMatchObject({ code: 'Timeout' });
    } finally {
      await server.close();
    }
  });
});
