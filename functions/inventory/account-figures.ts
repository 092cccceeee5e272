import * as z from 'zod';
import { CollectionError } from './error-codes.ts';
import { type AccountUsage, type ServiceQuota, serviceQuota } from './evidence/account-quotas.ts';
import { listItems } from './listing.ts';
import { parseAnswer } from './parse.ts';
import type { AccountPort, CloudWatchPort, Ec2Port, ServiceQuotasPort } from './ports.ts';

export interface AccountApis {
  readonly ec2: Pick<Ec2Port, 'describeInstances' | 'describeVolumes'>;
  readonly cloudWatch: CloudWatchPort;
  readonly serviceQuotas: ServiceQuotasPort;
}

/** Usage and quotas of an account in a region, asked for anew with each call. */
export function accountFigures(apis: AccountApis, clock: () => Date): AccountPort {
  return { usage: () => readUsage(apis, clock()), quotas: () => readQuotas(apis.serviceQuotas) };
}

async function readUsage({ ec2, cloudWatch }: AccountApis, now: Date): Promise<AccountUsage> {
  const [vcpus, storage] = await Promise.all([onDemandVcpus(ec2, cloudWatch, now), storageTiB(ec2)]);
  return { onDemandVcpus: vcpus, ...storage };
}

/** The metric of what counts against the quota L-1216C47A, On-Demand vCPUs of the standard families. */
export const standardVcpuUsage = {
  Namespace: 'AWS/Usage',
  MetricName: 'ResourceCount',
  Dimensions: [
    { Name: 'Service', Value: 'EC2' },
    { Name: 'Type', Value: 'Resource' },
    { Name: 'Resource', Value: 'vCPU' },
    { Name: 'Class', Value: 'Standard/OnDemand' },
  ],
} as const;

const statistics = z.object({ Datapoints: z.array(z.object({ Timestamp: z.string(), Maximum: z.number() })).nullish() });

/** As Service Quotas counts them: one number instead of a page for every thousand instances. AWS publishes it every five minutes while there
 *  are any; where an hour has none, the instances are counted.
 *  @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html */
async function onDemandVcpus(ec2: AccountApis['ec2'], cloudWatch: CloudWatchPort, now: Date): Promise<number> {
  const answer = await cloudWatch.getMetricStatistics({
    ...standardVcpuUsage,
    StartTime: new Date(now.getTime() - 3_600_000).toISOString(),
    EndTime: now.toISOString(),
    Period: 300,
    Statistics: ['Maximum'],
  });
  const points = parseAnswer(statistics, answer, 'cloudwatch:GetMetricStatistics').Datapoints ?? [];
  const [newest] = points.sort((a, b) => Date.parse(b.Timestamp) - Date.parse(a.Timestamp));
  return newest?.Maximum ?? countVcpus(ec2);
}

const reservation = z.object({
  Instances: z
    .array(
      z.object({
        InstanceType: z.string(),
        /** Absent for On-Demand instances. */
        InstanceLifecycle: z.string().nullish(),
        CpuOptions: z.object({ CoreCount: z.number(), ThreadsPerCore: z.number() }),
      }),
    )
    .nullish(),
});

/** Families that the quota L-1216C47A counts. Others have quotas of their own, some of which begin with the same letter. */
const standardFamily = /^(?!dl|hpc|inf|mac|trn)[acdhimrtz]/;

async function countVcpus(ec2: AccountApis['ec2']): Promise<number> {
  const Filters = [{ Name: 'instance-state-name', Values: ['running'] }];
  const all = await listItems(ec2.describeInstances({ Filters }), 'Reservations', reservation, 'ec2:DescribeInstances');
  const counted = all
    .flatMap(({ Instances }) => Instances ?? [])
    .filter(({ InstanceLifecycle, InstanceType }) => !InstanceLifecycle && standardFamily.test(InstanceType));
  return counted.reduce((sum, { CpuOptions }) => sum + CpuOptions.CoreCount * CpuOptions.ThreadsPerCore, 0);
}

const volume = z.object({ VolumeType: z.string(), /** GiB. */ Size: z.number() });

async function storageTiB(ec2: AccountApis['ec2']): Promise<Pick<AccountUsage, 'gp2StorageTiB' | 'gp3StorageTiB'>> {
  const Filters = [{ Name: 'volume-type', Values: ['gp2', 'gp3'] }];
  const all = await listItems(ec2.describeVolumes({ Filters }), 'Volumes', volume, 'ec2:DescribeVolumes');
  const tib = (type: string) => all.reduce((sum, { VolumeType, Size }) => (VolumeType === type ? sum + Size : sum), 0) / 1024;
  return { gp2StorageTiB: tib('gp2'), gp3StorageTiB: tib('gp3') };
}

/** On-Demand vCPUs of the standard families; storage of gp2 and gp3 volumes. */
const wantedQuotas = [
  { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' },
  { ServiceCode: 'ebs', QuotaCode: 'L-D18FCD1D' },
  { ServiceCode: 'ebs', QuotaCode: 'L-7A658B76' },
] as const;

async function readQuotas(serviceQuotas: ServiceQuotasPort): Promise<ServiceQuota[]> {
  const found = await Promise.all(wantedQuotas.map((name) => readQuota(serviceQuotas, name)));
  return found.filter((quota) => quota !== undefined);
}

/** The applied value, else the default of AWS; undefined where the region knows neither. */
async function readQuota(serviceQuotas: ServiceQuotasPort, name: (typeof wantedQuotas)[number]): Promise<ServiceQuota | undefined> {
  const applied = await unlessNotFound(serviceQuotas.getServiceQuota(name));
  if (applied !== undefined) return quotaOf(applied, `servicequotas:GetServiceQuota ${name.QuotaCode}`);
  const usual = await unlessNotFound(serviceQuotas.getAwsDefaultServiceQuota(name));
  return usual === undefined ? undefined : quotaOf(usual, `servicequotas:GetAWSDefaultServiceQuota ${name.QuotaCode}`);
}

async function unlessNotFound<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CollectionError && error.code === 'NotFound') return undefined;
    throw error;
  }
}

function quotaOf(answer: unknown, operation: string): ServiceQuota {
  return parseAnswer(z.object({ Quota: serviceQuota }), answer, operation).Quota;
}
