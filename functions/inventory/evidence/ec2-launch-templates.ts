import * as z from 'zod';
import { defineEvidence } from '../define-evidence.ts';
import { CollectionError } from '../error-codes.ts';
import { listItems } from '../listing.ts';
import type { Ec2Port } from '../ports.ts';
import { type AutoScalingGroup, autoScalingGroups } from './autoscaling-groups.ts';
import { nodegroups } from './eks-nodegroups.ts';

const launchTemplate = z.object({
  LaunchTemplateId: z.string().nullish(),
  LaunchTemplateName: z.string().nullish(),
  DefaultVersionNumber: z.number().nullish(),
  LatestVersionNumber: z.number().nullish(),
});

export type LaunchTemplate = z.output<typeof launchTemplate>;

export const launchTemplates = defineEvidence({
  key: 'ec2.launchTemplates',
  summary: 'Launch templates that node groups and Auto Scaling groups use, with their newest and their default version',
  schema: z.array(launchTemplate),
  aws: { actions: ['ec2:DescribeLaunchTemplates'] },
  collect: async ({ evidence, sources: { ec2 } }) => {
    // Either may be missing: the templates of the other are still worth reading, and what needs both says so itself.
    const [managed, groups] = await Promise.all([evidence(nodegroups).catch(() => []), evidence(autoScalingGroups).catch(() => [])]);
    const named = [
      ...managed.map(({ launchTemplate }) => ({ id: launchTemplate?.id, name: launchTemplate?.name })),
      ...groups.flatMap(templatesOf).map((one) => ({ id: one?.LaunchTemplateId, name: one?.LaunchTemplateName })),
    ];
    const ids = new Set(named.flatMap(({ id }) => id ?? []));
    const names = new Set(named.flatMap(({ id, name }) => (id ? [] : (name ?? []))));
    const found = [
      ...(await inBatches([...ids].sort(), (batch) => withIds(ec2, batch))),
      ...(await inBatches([...names].sort(), (batch) => list(ec2, { Filters: [{ Name: 'launch-template-name', Values: batch }] }))),
    ];
    return [...new Map(found.map((template) => [template.LaunchTemplateId, template])).values()];
  },
});

function templatesOf({ LaunchTemplate, MixedInstancesPolicy }: AutoScalingGroup) {
  const mixed = MixedInstancesPolicy?.LaunchTemplate;
  const overrides = mixed?.Overrides ?? [];
  return [
    LaunchTemplate,
    mixed?.LaunchTemplateSpecification,
    ...overrides.map(({ LaunchTemplateSpecification }) => LaunchTemplateSpecification),
  ];
}

/** What one request takes, of ids as of values of a filter. */
const perRequest = 200;

async function inBatches<T>(all: readonly string[], read: (batch: readonly string[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let start = 0; start < all.length; start += perRequest) found.push(...(await read(all.slice(start, start + perRequest))));
  return found;
}

function list(ec2: Ec2Port, input: Parameters<Ec2Port['describeLaunchTemplates']>[0]): Promise<LaunchTemplate[]> {
  return listItems(ec2.describeLaunchTemplates(input), 'LaunchTemplates', launchTemplate, 'ec2:DescribeLaunchTemplates');
}

/** One that was deleted fails the request for all, and the answer does not reliably say which: it is found by halving. */
async function withIds(ec2: Ec2Port, ids: readonly string[]): Promise<LaunchTemplate[]> {
  try {
    return await list(ec2, { LaunchTemplateIds: ids });
  } catch (error) {
    if (!(error instanceof CollectionError && error.code === 'NotFound')) throw error;
    if (ids.length === 1) return [];
    const middle = Math.ceil(ids.length / 2);
    return [...(await withIds(ec2, ids.slice(0, middle))), ...(await withIds(ec2, ids.slice(middle)))];
  }
}
