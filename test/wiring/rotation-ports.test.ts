import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRotationCluster } from '../../functions/wiring/rotation-ports.ts';
import { accessWorld } from '../access/access-world.ts';
import { loopbackCluster } from '../access/loopback-cluster.ts';
import { eksError, type Interceptor, type LoopbackAws, loopbackAws, queryError } from '../adapters/aws/loopback-aws.ts';
import { selfSigned } from '../adapters/kubernetes/loopback-api-server.ts';
import { cluster as described } from '../contract/fixture.ts';
import { all } from '../contract/port-under-test.ts';

const place = { accountId: '111111111111', region: 'eu-west-1', name: 'payments' };
const configuration = async () => ({ scanRole: { name: 'eks-greenlight-scan', externalId: 'id-1' } });

let pem: string;
let kubernetes: Awaited<ReturnType<typeof loopbackCluster>>;
let aws: LoopbackAws;
let intercept: Interceptor;
let status: string;

beforeAll(() => {
  pem = selfSigned();
});
beforeEach(async () => {
  intercept = () => undefined;
  status = 'ACTIVE';
  kubernetes = await loopbackCluster(pem, accessWorld(), (_request, response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    return true;
  });
  aws = await loopbackAws((request, nth) => intercept(request, nth) ?? describedCluster(request, nth) ?? queryAnswer(request, nth));
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAHUB');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hub-secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([kubernetes.close(), aws.close()]);
});

const describedCluster: Interceptor = ({ method, url }) => {
  if (method !== 'GET' || url.pathname !== '/clusters/payments') return undefined;
  const reachable = { endpoint: kubernetes.endpoint, certificateAuthority: { data: Buffer.from(pem).toString('base64') } };
  const answer = { ...described, createdAt: 0, status, ...(status === 'ACTIVE' ? reachable : {}) };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ cluster: answer }) };
};

/** What the fixture of the contract tests does not know succeeds with nothing. */
const queryAnswer: Interceptor = ({ form }) => {
  const action = form.get('Action');
  if (action === null || action === 'AssumeRole') return undefined;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: `<${action}Response><${action}Result/></${action}Response>` };
};

const whoSigned = () =>
  aws.requests.map(({ form, url, headers }) => [
    form.get('Action') ?? url.pathname,
    /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1],
  ]);

describe('a cluster opened for a rotation', () => {
  it('is read and written with the credentials of the role alone; the caller only assumes it', async () => {
    const { reads, writes } = await openRotationCluster({ region: 'eu-central-1', configuration })(place);
    await all(reads.autoScaling.describeAutoScalingGroups({}));
    await all(reads.ec2.describeInstanceTypes({ InstanceTypes: ['m6i.large'] }));
    await reads.loadBalancing.describeTargetHealth({ TargetGroupArn: 'tg' });
    await writes.autoScaling.suspendProcesses({ AutoScalingGroupName: 'blue', ScalingProcesses: ['Terminate'] });
    await writes.autoScaling.updateAutoScalingGroup({ AutoScalingGroupName: 'blue', MinSize: 1 });
    await writes.kubernetes.evictPod({ namespace: 'shop', name: 'web-1', uid: 'u' });
    expect(whoSigned()).toEqual([
      ['AssumeRole', 'AKIAHUB'],
      ['/clusters/payments', 'ASIAROLE'],
      ['DescribeAutoScalingGroups', 'ASIAROLE'],
      ['DescribeInstanceTypes', 'ASIAROLE'],
      ['DescribeTargetHealth', 'ASIAROLE'],
      ['SuspendProcesses', 'ASIAROLE'],
      ['UpdateAutoScalingGroup', 'ASIAROLE'],
    ]);
    const [, token = ''] = kubernetes.requests[0]?.headers.authorization?.split('k8s-aws-v1.') ?? [];
    const presigned = new URL(Buffer.from(token, 'base64url').toString());
    expect(presigned.host).toBe('sts.eu-west-1.amazonaws.com');
    expect(presigned.searchParams.get('X-Amz-Credential')).toMatch(/^ASIAROLE\/\d{8}\/eu-west-1\/sts\//);
  });

  it('is entered through the rotate role of its account, once for all its steps and clusters', async () => {
    const open = openRotationCluster({ region: 'eu-central-1', configuration });
    await open(place);
    await open(place);
    const assumed = aws.requests.filter(({ form }) => form.get('Action') === 'AssumeRole').map(({ form }) => Object.fromEntries(form));
    expect(assumed).toMatchObject([
      {
        RoleArn: 'arn:aws:iam::111111111111:role/eks-greenlight-rotate',
        ExternalId: 'id-1',
        RoleSessionName: 'greenlight-rotation',
      },
    ]);
  });

  it('that could not be entered is tried again with the next step', async () => {
    const open = openRotationCluster({ region: 'eu-central-1', configuration, roleName: 'rotate' });
    intercept = ({ form }) => (form.get('Action') === 'AssumeRole' ? queryError(403, 'AccessDenied', 'not yet') : undefined);
    await expect(open(place)).rejects.toMatchObject({ code: 'AssumeRoleDenied', message: expect.stringContaining('role/rotate') });
    intercept = () => undefined;
    await expect(open(place)).resolves.toHaveProperty('writes');
  });

  it('that is gone, or has no endpoint yet, is an error of its own', async () => {
    const open = openRotationCluster({ region: 'eu-central-1', configuration });
    status = 'CREATING';
    await expect(open(place)).rejects.toMatchObject({ code: 'NotYetAvailable', message: expect.stringContaining('payments is CREATING') });
    intercept = ({ url }) => (url.pathname.startsWith('/clusters') ? eksError(404, 'ResourceNotFoundException', 'none') : undefined);
    await expect(open(place)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('is given up when its step is over', async () => {
    const { reads } = await openRotationCluster({ region: 'eu-central-1', configuration, stepSeconds: 1 })(place);
    intercept = () => 'hang';
    await expect(reads.eks.describeCluster({ name: 'payments' })).rejects.toMatchObject({ code: 'Timeout' });
  });
});
