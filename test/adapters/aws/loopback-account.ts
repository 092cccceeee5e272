import * as world from '../../contract/fixture.ts';
import { ec2Error, eksError, page, pageToken, type SeenRequest, type WireAnswer } from './loopback-answers.ts';

/** EC2 and Auto Scaling (query), Systems Manager, CloudWatch and Service Quotas (JSON) over the world of fixture.ts; undefined for another
 *  service. */
export function accountAnswer(request: SeenRequest): WireAnswer | undefined {
  const action = request.form.get('Action');
  if (action === 'DescribeSubnets')
    return ec2(
      request.form,
      'subnetSet',
      world.subnets.filter(({ SubnetId }) => filtered(request.form, SubnetId)),
    );
  if (action === 'DescribeLaunchTemplates') return launchTemplates(request.form);
  if (action === 'DescribeInstances')
    return ec2(
      request.form,
      'reservationSet',
      world.instances.map((one) => ({ instancesSet: [{ ...one, State: undefined, InstanceState: one.State }] })),
    );
  if (action === 'DescribeVolumes')
    return ec2(
      request.form,
      'volumeSet',
      world.volumes.filter(({ VolumeType }) => filtered(request.form, VolumeType)),
    );
  if (action === 'DescribeAutoScalingGroups') return autoScalingGroups(request.form);
  const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
  if (operation === undefined) return undefined;
  const input = JSON.parse(request.body);
  if (operation === 'GetParameters') return parameters(input.Names);
  if (operation === 'GetMetricStatistics')
    return json({ Label: input.MetricName, Datapoints: [{ Timestamp: input.EndTime, Maximum: world.usage.onDemandVcpus, Unit: 'None' }] });
  const quotas = operation === 'GetServiceQuota' ? [world.quota] : [{ ...world.quota, Value: 1920 }];
  const Quota = quotas.find(({ QuotaCode }) => QuotaCode === input.QuotaCode);
  return Quota ? json({ Quota }) : eksError(400, 'NoSuchResourceException', 'The specified quota does not exist.');
}

function json(body: object): WireAnswer {
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}

/** Values of the first filter, of EC2 or of Auto Scaling. */
function filtered(form: URLSearchParams, value: string | undefined): boolean {
  return [...form].some(([name, wanted]) => /^Filters?\.(member\.)?1\.Values?\./.test(name) && wanted === value);
}

function ec2(form: URLSearchParams, member: string, items: readonly object[]): WireAnswer {
  const { items: shown, next } = page(items, form.get('NextToken'));
  const token = next === undefined ? '' : `<nextToken>${pageToken(next)}</nextToken>`;
  const body = `<${form.get('Action')}Response><${member}>${shown.map((item) => `<item>${ec2Xml(item)}</item>`).join('')}</${member}>${token}</${form.get('Action')}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

const ec2Xml = (value: object) => xmlOf(value, 'item', (name) => name.charAt(0).toLowerCase() + name.slice(1));

function launchTemplates(form: URLSearchParams): WireAnswer {
  const ids = [...form].flatMap(([name, id]) => (name.startsWith('LaunchTemplateId.') ? [id] : []));
  const gone = ids.find((id) => !world.launchTemplates.some(({ LaunchTemplateId }) => LaunchTemplateId === id));
  if (gone !== undefined)
    return ec2Error(400, 'InvalidLaunchTemplateId.NotFound', `The specified launch template, with template ID ${gone}, does not exist.`);
  const found = world.launchTemplates.filter(
    ({ LaunchTemplateId, LaunchTemplateName }) => ids.includes(LaunchTemplateId) || filtered(form, LaunchTemplateName),
  );
  return ec2(form, 'launchTemplates', found);
}

function autoScalingGroups(form: URLSearchParams): WireAnswer {
  const found = world.autoScalingGroups.filter(({ Tags: [tag] }) => filtered(form, tag?.Key));
  const { items, next } = page(found, form.get('NextToken'));
  const groups = items.map((group) => `<member>${xmlOf(group, 'member', (name) => name)}</member>`).join('');
  const token = next === undefined ? '' : `<NextToken>${pageToken(next)}</NextToken>`;
  const result = `<DescribeAutoScalingGroupsResult><AutoScalingGroups>${groups}</AutoScalingGroups>${token}</DescribeAutoScalingGroupsResult>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<DescribeAutoScalingGroupsResponse>${result}</DescribeAutoScalingGroupsResponse>`,
  };
}

function parameters(names: readonly string[]): WireAnswer {
  const [linux, windows] = world.parameterNames;
  const [ofLinux, ofWindows] = world.amiReleases;
  const values = new Map<string, string | undefined>([
    [linux, ofLinux?.releaseVersion],
    [windows, JSON.stringify({ image_id: 'ami-1', release_version: ofWindows?.releaseVersion })],
  ]);
  return json({
    Parameters: names.flatMap((Name) => (values.has(Name) ? [{ Name, Type: 'String', Value: values.get(Name) }] : [])),
    InvalidParameters: names.filter((name) => !values.has(name)),
  });
}

function xmlOf(value: unknown, item: string, nameOf: (name: string) => string): string {
  if (Array.isArray(value)) return value.map((one) => `<${item}>${xmlOf(one, item, nameOf)}</${item}>`).join('');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `<${nameOf(name)}>${xmlOf(one, item, nameOf)}</${nameOf(name)}>`)
    .join('');
}
