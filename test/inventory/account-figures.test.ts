import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccountApis, accountFigures } from '../../functions/inventory/account-figures.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import type { ServiceQuotasPort } from '../../functions/inventory/ports.ts';

const now = new Date('2026-11-21T06:00:00Z');
const point = (Timestamp: string, Maximum: number) => ({ Timestamp, Maximum });
const volume = (VolumeType: string, Size: number) => ({ VolumeType, Size });
const instance = (InstanceType: string, CoreCount: number, more: object = {}) => ({
  InstanceType,
  CpuOptions: { CoreCount, ThreadsPerCore: 2 },
  ...more,
});

async function* pages(...all: unknown[]) {
  yield* all;
}
const notFound = async () => {
  throw new CollectionError('NotFound', 'no such quota');
};

/** An account whose answers are given; `asked` has every request. */
function account(answers: {
  readonly points?: readonly object[];
  readonly instances?: readonly (readonly object[])[];
  readonly volumes?: readonly (readonly object[])[];
  readonly serviceQuotas?: Partial<ServiceQuotasPort>;
}) {
  const asked: unknown[] = [];
  const apis: AccountApis = {
    ec2: {
      describeInstances: (input) => {
        asked.push(input);
        return pages(...(answers.instances ?? []).map((Instances) => ({ Reservations: [{ Instances }, {}] })));
      },
      describeVolumes: (input) => {
        asked.push(input);
        return pages(...(answers.volumes ?? []).map((Volumes) => ({ Volumes })));
      },
    },
    cloudWatch: {
      getMetricStatistics: async (input) => {
        asked.push(input);
        return { Datapoints: answers.points };
      },
    },
    serviceQuotas: { getServiceQuota: notFound, getAwsDefaultServiceQuota: notFound, ...answers.serviceQuotas },
  };
  return { port: accountFigures(apis, () => now), asked };
}

describe('usage of an account', () => {
  it('is the newest of what AWS counted in the last hour, without a look at the instances', async () => {
    const points = [point('2026-11-21T05:40:00.000Z', 70), point('2026-11-21T05:55:00.000Z', 64), point('2026-11-21T05:50:00.000Z', 96)];
    const { port, asked } = account({ points });
    expect(await port.usage()).toEqual({ onDemandVcpus: 64, gp2StorageTiB: 0, gp3StorageTiB: 0 });
    expect(asked).toEqual([
      {
        Namespace: 'AWS/Usage',
        MetricName: 'ResourceCount',
        Dimensions: [
          { Name: 'Service', Value: 'EC2' },
          { Name: 'Type', Value: 'Resource' },
          { Name: 'Resource', Value: 'vCPU' },
          { Name: 'Class', Value: 'Standard/OnDemand' },
        ],
        StartTime: '2026-11-21T05:00:00.000Z',
        EndTime: '2026-11-21T06:00:00.000Z',
        Period: 300,
        Statistics: ['Maximum'],
      },
      { Filters: [{ Name: 'volume-type', Values: ['gp2', 'gp3'] }] },
    ]);
  });

  it('is zero where AWS counted zero', async () => {
    const { port, asked } = account({ points: [point('2026-11-21T05:55:00.000Z', 0)], instances: [[instance('m6i.large', 1)]] });
    expect(await port.usage()).toMatchObject({ onDemandVcpus: 0 });
    expect(asked).toHaveLength(2);
  });

  it('is counted over all pages of running instances where AWS counted nothing', async () => {
    const instances = [[instance('m6i.large', 1), instance('c7g.4xlarge', 8)], [instance('t3.small', 1)]];
    const { port, asked } = account({ instances });
    expect(await port.usage()).toMatchObject({ onDemandVcpus: 20 });
    expect(asked).toContainEqual({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] });
  });

  it.each([
    ...['a1.large', 'c7gn.large', 'd3en.xlarge', 'h1.2xlarge', 'i4i.large', 'im4gn.large', 'is4gen.large', 'm8g.large'].map((type) => [
      type,
      2,
    ]),
    ...['r6id.large', 't4g.micro', 'z1d.large'].map((type) => [type, 2]),
    ...['p5.48xlarge', 'g6.xlarge', 'f2.6xlarge', 'x2idn.large', 'inf2.xlarge', 'trn1.2xlarge', 'dl1.24xlarge', 'hpc7g.4xlarge'].map(
      (type) => [type, 0],
    ),
    ...['u-6tb1.metal', 'mac2.metal', 'vt1.3xlarge'].map((type) => [type, 0]),
  ])('counts %s as %i vCPUs of the standard families', async (type, vcpus) => {
    expect(await account({ instances: [[instance(String(type), 1)]] }).port.usage()).toMatchObject({ onDemandVcpus: vcpus });
  });

  it('leaves out spot instances and capacity blocks', async () => {
    const instances = ['spot', 'capacity-block'].map((InstanceLifecycle) => instance('m6i.large', 4, { InstanceLifecycle }));
    expect(await account({ instances: [instances] }).port.usage()).toMatchObject({ onDemandVcpus: 0 });
  });

  it('is an InvalidResponse where an instance does not say how many vCPUs it has', async () => {
    await expect(account({ instances: [[{ InstanceType: 'm6i.large' }]] }).port.usage()).rejects.toMatchObject({ code: 'InvalidResponse' });
  });

  it('adds up the volumes of each type in TiB', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.record({ VolumeType: fc.constantFrom('gp2', 'gp3'), Size: fc.integer({ min: 1, max: 16384 }) }))),
        async (volumes) => {
          const usage = (await account({ points: [point('2026-11-21T05:55:00.000Z', 1)], volumes }).port.usage()) as Record<string, number>;
          const gib = (type: string) => volumes.flat().reduce((sum, { VolumeType, Size }) => sum + (VolumeType === type ? Size : 0), 0);
          expect(usage.gp2StorageTiB).toBe(gib('gp2') / 1024);
          expect(usage.gp3StorageTiB).toBe(gib('gp3') / 1024);
        },
      ),
    ));

  it('counts 1,536 GiB of gp3 as one and a half', async () => {
    const { port } = account({
      points: [point('2026-11-21T05:55:00.000Z', 1)],
      volumes: [[volume('gp3', 1024)], [volume('gp3', 512), volume('gp2', 1024)]],
    });
    expect(await port.usage()).toEqual({ onDemandVcpus: 1, gp2StorageTiB: 1, gp3StorageTiB: 1.5 });
  });
});

describe('quotas of an account', () => {
  it('are the applied ones; where none was applied the default of AWS; and nothing where there is none', async () => {
    const asked: string[] = [];
    const { port } = account({
      serviceQuotas: {
        getServiceQuota: async ({ ServiceCode, QuotaCode }) => {
          asked.push(`applied ${ServiceCode} ${QuotaCode}`);
          return QuotaCode === 'L-1216C47A' ? { Quota: { QuotaCode, Value: 640, Unit: 'None' } } : notFound();
        },
        getAwsDefaultServiceQuota: async ({ ServiceCode, QuotaCode }) => {
          asked.push(`default ${ServiceCode} ${QuotaCode}`);
          return QuotaCode === 'L-7A658B76' ? { Quota: { QuotaCode, Value: 50 } } : notFound();
        },
      },
    });
    expect(await port.quotas()).toEqual([
      { QuotaCode: 'L-1216C47A', Value: 640, Unit: 'None' },
      { QuotaCode: 'L-7A658B76', Value: 50 },
    ]);
    expect(asked.sort()).toEqual([
      'applied ebs L-7A658B76',
      'applied ebs L-D18FCD1D',
      'applied ec2 L-1216C47A',
      'default ebs L-7A658B76',
      'default ebs L-D18FCD1D',
    ]);
  });

  it.each(['AccessDenied', 'Throttled'] as const)('fail with %s rather than with a default', async (code) => {
    const refuse = async () => {
      throw new CollectionError(code, 'no');
    };
    const getAwsDefaultServiceQuota: ServiceQuotasPort['getAwsDefaultServiceQuota'] = async ({ QuotaCode }) => ({
      Quota: { QuotaCode, Value: 5 },
    });
    await expect(account({ serviceQuotas: { getServiceQuota: refuse, getAwsDefaultServiceQuota } }).port.quotas()).rejects.toMatchObject({
      code,
    });
  });

  it('are an InvalidResponse, with the operation, where the answer has another shape', async () => {
    const getServiceQuota = async () => ({ Quota: { QuotaCode: 'L-1216C47A', Value: 'many' } });
    await expect(account({ serviceQuotas: { getServiceQuota } }).port.quotas()).rejects.toMatchObject({
      code: 'InvalidResponse',
      message: expect.stringContaining('servicequotas:GetServiceQuota'),
    });
  });
});
