import { z } from 'zod';
import { accessText } from '../../functions/access/access-requirements.ts';
import type { AccessEntryPort, AccessSources, KubernetesAccessPort } from '../../functions/access/ports.ts';
import { CollectionError } from '../../functions/inventory/error-codes.ts';
import type { Ec2Port, EksPort } from '../../functions/inventory/ports.ts';

/** A cluster `payments` as far as access goes. Tests change it before, and look at it after. */
export interface AccessWorld {
  authenticationMode: string | undefined;
  /** What `SelfSubjectAccessReview` says yes to, in the words of `accessText`. */
  readonly allowed: Set<string>;
  /** Actions of AWS that are denied. */
  readonly denied: Set<string>;
  /** Principal → groups. */
  readonly entries: Map<string, readonly string[]>;
  /** Path → object, with who manages its content. */
  readonly objects: Map<string, { readonly object: object; readonly manager: string }>;
  /** Whether the cluster has add-ons, node groups and Fargate profiles. */
  readonly empty: boolean;
  /** The API server does not know who asks. */
  unknownPrincipal: boolean;
  /** Every write that was asked for, dry runs apart. */
  readonly writes: string[];
}

export function accessWorld(more: Partial<AccessWorld> = {}): AccessWorld {
  return {
    authenticationMode: 'API',
    allowed: new Set(),
    denied: new Set(),
    entries: new Map(),
    objects: new Map(),
    empty: false,
    unknownPrincipal: false,
    writes: [],
    ...more,
  };
}

export const awsAuthPath = '/api/v1/namespaces/kube-system/configmaps/aws-auth';

/** A conflict as the API server words it. */
export const conflictMessage = (manager: string) =>
  `Apply failed with 1 conflict: conflict with "${manager}" using rbac.authorization.k8s.io/v1: .rules`;

const reviewSpec = z.union([
  z
    .object({
      resourceAttributes: z.object({
        group: z.string(),
        resource: z.string(),
        subresource: z.string().optional(),
        name: z.string().optional(),
        verb: z.string(),
      }),
    })
    .transform(({ resourceAttributes: { group, resource, subresource, name, verb } }) =>
      accessText({ apiGroup: group, resource, verb, ...(subresource ? { subresource } : {}), ...(name ? { name } : {}) }),
    ),
  z
    .object({ nonResourceAttributes: z.object({ path: z.string(), verb: z.string() }) })
    .transform(({ nonResourceAttributes: { path, verb } }) => accessText({ nonResourceURL: path, verb })),
]);

/** What the API server of the world answers: HTTP status and body. */
export function kubernetesAnswers(world: AccessWorld) {
  const failure = (status: number, message: string) => ({ status, body: { kind: 'Status', status: 'Failure', message, code: status } });
  return {
    get: (path: string) => {
      const found = world.objects.get(path);
      return found ? { status: 200, body: found.object } : failure(404, 'not found');
    },
    review: (spec: unknown) => {
      const allowed = world.allowed.has('* *.*') || world.allowed.has(reviewSpec.parse(spec));
      return { status: 201, body: { kind: 'SelfSubjectAccessReview', spec, status: { allowed } } };
    },
    apply: (path: string, manifest: object, { dryRun, manager }: { readonly dryRun: boolean; readonly manager: string }) => {
      const before = world.objects.get(path);
      const { resourceVersion: _, ...present } = { resourceVersion: '', ...before?.object };
      const same = before && JSON.stringify(present) === JSON.stringify(manifest);
      if (before && !same && before.manager !== manager) return failure(409, conflictMessage(before.manager));
      if (!dryRun) {
        if (!same) world.writes.push(`apply ${path}`);
        world.objects.set(path, { object: manifest, manager });
      }
      return {
        status: before ? 200 : 201,
        body: { ...manifest, metadata: { ...metadataOf(manifest), resourceVersion: '7', managedFields: [] } },
      };
    },
  };
}

const metadataOf = (manifest: object): object => z.object({ metadata: z.looseObject({}) }).parse(manifest).metadata;

/** The ports over the world, without a wire. */
export function accessSources(world: AccessWorld, principalArn = 'arn:aws:iam::111111111111:role/admin'): AccessSources {
  return {
    principalArn,
    eks: eksOf(world),
    ec2: ec2Of(world),
    autoScaling: { describeAutoScalingGroups: answerOnce(world, 'autoscaling:DescribeAutoScalingGroups') },
    ssm: { getParameters: answer(world, 'ssm:GetParameters') },
    cloudWatch: { getMetricStatistics: answer(world, 'cloudwatch:GetMetricStatistics') },
    serviceQuotas: {
      getServiceQuota: answer(world, 'servicequotas:GetServiceQuota'),
      getAwsDefaultServiceQuota: answer(world, 'servicequotas:GetAWSDefaultServiceQuota'),
    },
    accessEntries: accessEntriesOf(world),
    connectKubernetes: async () => kubernetesAccessOf(world, principalArn),
  };
}

export function kubernetesAccessOf(world: AccessWorld, principalArn: string): KubernetesAccessPort {
  const answers = kubernetesAnswers(world);
  const orError = async ({ status, body }: { readonly status: number; readonly body: object }) => {
    if (world.unknownPrincipal) throw new CollectionError('AccessNotConfigured', `${principalArn} has no access to the cluster`);
    if (status < 300) return body;
    throw new CollectionError(status === 404 ? 'NotFound' : 'Internal', `answered ${status}: ${'message' in body ? body.message : ''}`);
  };
  return {
    get: async (path) => orError(answers.get(path)),
    createSelfSubjectAccessReview: async (spec) => orError(answers.review(spec)),
    apply: async (path, manifest, { dryRun }) => orError(answers.apply(path, manifest, { dryRun, manager: 'eks-greenlight' })),
  };
}

export function accessEntriesOf(world: AccessWorld): AccessEntryPort {
  const write = (verb: string, principalArn: string, groups: readonly string[]) => {
    world.writes.push(`${verb} ${principalArn}`);
    world.entries.set(principalArn, groups);
    return { accessEntry: { principalArn, kubernetesGroups: groups } };
  };
  return {
    describeAccessEntry: async ({ principalArn }) => {
      deny(world, 'eks:DescribeAccessEntry');
      const groups = world.entries.get(principalArn);
      if (!groups) throw new CollectionError('NotFound', `no access entry ${principalArn}`);
      return { accessEntry: { principalArn, kubernetesGroups: groups } };
    },
    createAccessEntry: async ({ principalArn, kubernetesGroups }) => {
      deny(world, 'eks:CreateAccessEntry');
      if (world.entries.has(principalArn)) throw new CollectionError('Internal', 'ResourceInUseException');
      return write('create', principalArn, kubernetesGroups);
    },
    updateAccessEntry: async ({ principalArn, kubernetesGroups }) => write('update', principalArn, kubernetesGroups),
  };
}

function eksOf(world: AccessWorld): EksPort {
  const list = (action: string, member: string, name: string) =>
    async function* () {
      deny(world, action);
      yield { nextToken: 'more', [member]: world.empty ? [] : [name] };
      throw new Error(`${action} was asked for a second page`);
    };
  const one = (action: string, expected: string) => async (input: object) => {
    deny(world, action);
    if (!Object.values(input).includes(expected)) throw new CollectionError('NotFound', `no such name in ${JSON.stringify(input)}`);
    return {};
  };
  const { authenticationMode } = world;
  const cluster = {
    name: 'payments',
    status: 'ACTIVE',
    endpoint: 'https://payments.example',
    certificateAuthority: { data: 'cGVt' },
    ...(authenticationMode === undefined ? {} : { accessConfig: { authenticationMode } }),
    tags: { greenlight: 'off' },
  };
  return {
    listClusters: list('eks:ListClusters', 'clusters', 'payments'),
    describeCluster: async ({ name }) => {
      deny(world, 'eks:DescribeCluster');
      if (name !== 'payments') throw new CollectionError('NotFound', `No cluster found for name: ${name}`);
      return { cluster };
    },
    listNodegroups: list('eks:ListNodegroups', 'nodegroups', 'blue'),
    describeNodegroup: one('eks:DescribeNodegroup', 'blue'),
    listFargateProfiles: list('eks:ListFargateProfiles', 'fargateProfileNames', 'batch'),
    describeFargateProfile: one('eks:DescribeFargateProfile', 'batch'),
    listAddons: list('eks:ListAddons', 'addons', 'vpc-cni'),
    describeAddon: one('eks:DescribeAddon', 'vpc-cni'),
    describeClusterVersions: list('eks:DescribeClusterVersions', 'clusterVersions', '1.34'),
    describeAddonVersions: list('eks:DescribeAddonVersions', 'addons', 'vpc-cni'),
    async *listInsights() {
      deny(world, 'eks:ListInsights');
      yield { insights: world.empty ? [] : [{ id: 'insight-1' }] };
      throw new Error('eks:ListInsights was asked for a second page');
    },
    describeInsight: one('eks:DescribeInsight', 'insight-1'),
    listUpdates: list('eks:ListUpdates', 'updateIds', 'update-1'),
    describeUpdate: one('eks:DescribeUpdate', 'update-1'),
  };
}

function ec2Of(world: AccessWorld): Ec2Port {
  return {
    describeSubnets: answerOnce(world, 'ec2:DescribeSubnets'),
    describeLaunchTemplates: answerOnce(world, 'ec2:DescribeLaunchTemplates'),
    describeInstances: answerOnce(world, 'ec2:DescribeInstances'),
    describeVolumes: answerOnce(world, 'ec2:DescribeVolumes'),
  };
}

/** One page, empty. */
const answerOnce = (world: AccessWorld, action: string) =>
  async function* () {
    deny(world, action);
    yield {};
  };

const answer = (world: AccessWorld, action: string) => async () => {
  deny(world, action);
  return {};
};

function deny(world: AccessWorld, action: string): void {
  if (world.denied.has(action)) throw new CollectionError('AccessDenied', `${action} of something: AccessDeniedException`);
}
