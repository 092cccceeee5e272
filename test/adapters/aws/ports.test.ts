import { afterEach, describe, expect, it, vi } from 'vitest';
import { autoScalingGroupsPort } from '../../../functions/adapters/aws/auto-scaling-groups-port.ts';
import { cloudWatchPort } from '../../../functions/adapters/aws/cloudwatch-port.ts';
import { ec2Port } from '../../../functions/adapters/aws/ec2-port.ts';
import { eksPort } from '../../../functions/adapters/aws/eks-port.ts';
import { regionClients } from '../../../functions/adapters/aws/region-clients.ts';
import { serviceQuotasPort } from '../../../functions/adapters/aws/service-quotas-port.ts';
import { ssmPort } from '../../../functions/adapters/aws/ssm-port.ts';
import { createMeter } from '../../../functions/adapters/meter.ts';
import { product } from '../../../functions/config/product.ts';
import type { Ec2Port, EksPort } from '../../../functions/inventory/ports.ts';
import { describeCloudWatchPort, describeServiceQuotasPort } from '../../contract/account-apis.ts';
import { describeAutoScalingPort } from '../../contract/auto-scaling-port.ts';
import { describeEc2Port } from '../../contract/ec2-port.ts';
import { describeEksPort } from '../../contract/eks-port.ts';
import { all, type MakePort, type PortUnderTest } from '../../contract/port-under-test.ts';
import { describeSsmPort } from '../../contract/ssm-port.ts';
import { ec2Error, eksError, type Interceptor, type LoopbackAws, loopbackAws, queryError, type WireAnswer } from './loopback-aws.ts';

const credentials = async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' });
const region = 'eu-west-1';

/** The standard variable is how an operator points the product elsewhere, too. */
async function open(intercept: Interceptor | undefined, deadline: AbortSignal) {
  const server = await loopbackAws(intercept);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  const meter = createMeter();
  const clients = regionClients(region, credentials);
  const at = { region, deadline };
  return {
    server,
    meter,
    eks: eksPort({ ...at, client: await clients.eks(meter) }),
    ec2: ec2Port({ ...at, client: await clients.ec2(meter) }),
    autoScaling: autoScalingGroupsPort({ ...at, client: await clients.autoScaling(meter) }),
    ssm: ssmPort({ ...at, client: await clients.ssm(meter) }),
    cloudWatch: cloudWatchPort({ ...at, client: await clients.cloudWatch(meter) }),
    serviceQuotas: serviceQuotasPort({ ...at, client: await clients.serviceQuotas(meter) }),
  };
}

/** A port of those, whose service refuses with `denied`.
 *  @param api as the meter calls it */
function real<Port>(api: string, portOf: (opened: Awaited<ReturnType<typeof open>>) => Port, denied: WireAnswer): MakePort<Port> {
  return async ({ fault, deadline }) => {
    const opened = await open(() => (fault ? denied : undefined), deadline);
    const { requests, bytes } = { requests: () => opened.meter.cost().requests[api], bytes: () => opened.meter.cost().bytes[api] };
    return { port: portOf(opened), close: opened.server.close, requests: () => requests() ?? 0, bytes: () => bytes() ?? 0 };
  };
}

afterEach(() => vi.unstubAllEnvs());

describeEksPort('the AWS SDK', async ({ fault, deadline }): Promise<PortUnderTest<EksPort>> => {
  const deny: Interceptor = () => (fault ? eksError(403, 'AccessDeniedException', 'User is not authorized to perform this') : undefined);
  const { server, meter, eks } = await open(deny, deadline);
  return { port: eks, close: server.close, requests: () => meter.cost().requests.eks ?? 0, bytes: () => meter.cost().bytes.eks ?? 0 };
});

describeEc2Port('the AWS SDK', async ({ fault, deadline }): Promise<PortUnderTest<Ec2Port>> => {
  const deny: Interceptor = () => (fault ? ec2Error(403, 'UnauthorizedOperation', 'You are not authorized') : undefined);
  const { server, meter, ec2 } = await open(deny, deadline);
  return { port: ec2, close: server.close, requests: () => meter.cost().requests.ec2 ?? 0, bytes: () => meter.cost().bytes.ec2 ?? 0 };
});

const refusal = eksError(400, 'AccessDeniedException', 'User is not authorized to perform this');
describeAutoScalingPort(
  'the AWS SDK',
  real('autoscaling', ({ autoScaling }) => autoScaling, queryError(403, 'AccessDenied', 'no')),
);
describeSsmPort(
  'the AWS SDK',
  real('ssm', ({ ssm }) => ssm, refusal),
);
describeCloudWatchPort(
  'the AWS SDK',
  real('cloudwatch', ({ cloudWatch }) => cloudWatch, refusal),
);
describeServiceQuotasPort(
  'the AWS SDK',
  real('servicequotas', ({ serviceQuotas }) => serviceQuotas, refusal),
);

describe('the AWS SDK on the wire', () => {
  const never = new AbortController().signal;

  async function withServer(
    intercept: Interceptor | undefined,
    test: (opened: Awaited<ReturnType<typeof open>>) => Promise<void>,
    deadline = never,
  ): Promise<void> {
    const opened = await open(intercept, deadline);
    try {
      await test(opened);
    } finally {
      await opened.server.close();
    }
  }

  it('counts each request and the bytes of each answer, of every API apart', () =>
    withServer(undefined, async ({ server, eks, ec2, meter }) => {
      await all(eks.listClusters());
      const ofEks = server.bytes();
      await all(ec2.describeSubnets({ Filters: [{ Name: 'subnet-id', Values: ['subnet-0a'] }] }));
      expect(meter.cost()).toEqual({ requests: { eks: 2, ec2: 1 }, bytes: { eks: ofEks, ec2: server.bytes() - ofEks } });
    }));

  it('asks again when it is throttled, and counts the answer that it did not want', () => {
    const throttleOnce: Interceptor = (_request, nth) => (nth === 1 ? eksError(429, 'ThrottlingException', 'Rate exceeded') : undefined);
    return withServer(throttleOnce, async ({ eks, meter, server }) => {
      await eks.describeCluster({ name: 'payments' });
      expect(meter.cost()).toEqual({ requests: { eks: 2 }, bytes: { eks: server.bytes() } });
    });
  }, 20_000);

  it('does not ask again when it is denied, and says what was attempted, on what, what came back and what to do', () =>
    withServer(
      () => eksError(403, 'AccessDeniedException', 'User: x is not authorized to perform: eks:DescribeCluster'),
      async ({ eks, meter }) => {
        await expect(eks.describeCluster({ name: 'payments' })).rejects.toThrow(
          'eks:DescribeCluster of cluster payments in eu-west-1: AccessDeniedException: User: x is not authorized to perform: ' +
            'eks:DescribeCluster; allow the action: docs/reference/permissions.md has the policy',
        );
        expect(meter.cost().requests).toEqual({ eks: 1 });
      },
    ));

  it('names itself', () =>
    withServer(undefined, async ({ eks, server }) => {
      await eks.describeCluster({ name: 'payments' });
      expect(server.requests[0]?.headers['user-agent']).toContain(`eks-greenlight/${product.version}`);
    }));

  it('asks for all versions of the catalogue', () =>
    withServer(undefined, async ({ eks, server }) => {
      await all(eks.describeClusterVersions({ includeAll: true }));
      expect(server.requests.map(({ url }) => url.searchParams.get('includeAll'))).toEqual(['true', 'true']);
    }));

  it('says RegionDisabled where the region does not know a token that STS accepted', () =>
    withServer(
      () => eksError(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
      async ({ eks }) => {
        await expect(all(eks.listClusters())).rejects.toMatchObject({ code: 'RegionDisabled' });
      },
    ));

  it('ends a call that is waiting at the deadline', () => {
    const deadline = new AbortController();
    const hang: Interceptor = () => {
      deadline.abort();
      return 'hang';
    };
    return withServer(
      hang,
      async ({ eks }) => {
        await expect(eks.describeCluster({ name: 'payments' })).rejects.toMatchObject({ code: 'Timeout' });
      },
      deadline.signal,
    );
  });

  it('makes no call after the deadline', () => {
    const deadline = new AbortController();
    deadline.abort();
    return withServer(
      undefined,
      async ({ eks, server }) => {
        await expect(all(eks.listClusters())).rejects.toMatchObject({ code: 'Timeout' });
        expect(server.requests).toEqual([]);
      },
      deadline.signal,
    );
  });

  it('ends the wait between tries at the deadline', () => {
    const deadline = new AbortController();
    const throttle: Interceptor = () => {
      setImmediate(() => deadline.abort());
      return eksError(429, 'ThrottlingException', 'Rate exceeded');
    };
    return withServer(
      throttle,
      async ({ eks, server }) => {
        await expect(eks.describeCluster({ name: 'payments' })).rejects.toMatchObject({ code: 'Timeout' });
        expect(server.requests).toHaveLength(1);
      },
      deadline.signal,
    );
  });

  it('shares connections between the clients of a region', () =>
    withServer(undefined, async ({ server }) => {
      const clients = regionClients(region, credentials);
      const [one, other] = [await clients.eks(createMeter()), await clients.eks(createMeter())];
      expect(one.config.requestHandler).toBe(other.config.requestHandler);
      expect(await one.config.retryStrategy()).toBe(await other.config.retryStrategy());
      expect(await one.config.retryStrategy()).toHaveProperty('mode', 'adaptive');
      expect(await one.config.maxAttempts()).toBe(5);
      expect(server.requests).toEqual([]);
    }));

  it('says EndpointUnreachable where nobody listens', async () => {
    const server: LoopbackAws = await loopbackAws();
    await server.close();
    vi.stubEnv('AWS_ENDPOINT_URL', server.url);
    const client = await regionClients(region, credentials).eks(createMeter());
    await expect(eksPort({ client, region, deadline: never }).describeCluster({ name: 'payments' })).rejects.toMatchObject({
      code: 'EndpointUnreachable',
      message: expect.stringContaining('refused'),
    });
  }, 30_000);
});
