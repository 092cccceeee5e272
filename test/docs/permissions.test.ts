import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { defaultConfiguration } from '../../functions/config/defaults.ts';
import { isRequestedBy } from '../../functions/fleet/scan-cluster.ts';
import { clusterRole, scanPolicy } from '../../scripts/reference/permissions.ts';
import { definitionsOf } from '../../simulator/build/system-objects.ts';
import { collectSimulated, createPaymentsCluster, watchingLists } from '../inventory/collect-simulated.ts';

describe('the IAM policy', () => {
  const policy = z
    .object({
      Statement: z.array(
        z.object({ Effect: z.literal('Allow'), Action: z.array(z.string()), Resource: z.union([z.string(), z.array(z.string())]) }),
      ),
    })
    .parse(JSON.parse(scanPolicy()));
  const actions = policy.Statement.flatMap(({ Action }) => Action);

  it('allows every operation that an adapter imports from the SDK, and no other', () => {
    // What enters an account and reads clusters; the other adapters act in the tooling account, with roles of their own.
    const adapters = [
      'auto-scaling-groups-port',
      'cloudwatch-port',
      'ec2-port',
      'eks-port',
      'enabled-regions',
      'service-quotas-port',
      'ssm-port',
      'sts',
    ];
    const sources = adapters.map((name) => readFileSync(`functions/adapters/aws/${name}.ts`, 'utf8'));
    const imports = sources.flatMap((source) => [
      ...source.matchAll(/import \{(?<names>[^}]*)\} from '@aws-sdk\/client-(?<service>[\w-]+)'/g),
    ]);
    const called = imports.flatMap(({ groups }) =>
      [...(groups?.names ?? '').matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(
        // Only punctuation tells the names of clients from those of IAM.
        ([, paginated, sent]) => `${groups?.service?.replaceAll('-', '')}:${paginated ?? sent}`,
      ),
    );
    expect(called).toContain('sts:AssumeRole');
    // Alarms are read by rotations, with their own role.
    const ofTheRole = called.filter((action) => !action.startsWith('sts:') && action !== 'cloudwatch:DescribeAlarms');
    expect([...new Set(ofTheRole)].sort()).toEqual(actions.toSorted());
  });

  it('only reads, and has no wildcard in an action', () => {
    expect(actions.filter((action) => !/^[a-z0-9]+:(?:Describe|List|Get)[A-Za-z]+$/.test(action))).toEqual([]);
  });

  it('is limited to resources where EKS allows that', () => {
    const anywhere = policy.Statement.find(({ Resource }) => Resource === '*');
    expect(anywhere?.Action.filter((action) => action.startsWith('eks:'))).toEqual([
      'eks:DescribeAddonVersions',
      'eks:DescribeClusterVersions',
      'eks:ListClusters',
    ]);
  });
});

describe('the ClusterRole', () => {
  const named = z.object({ metadata: z.object({ name: z.string() }) });
  const role = named.extend({
    kind: z.literal('ClusterRole'),
    rules: z.array(
      z.strictObject({
        apiGroups: z.array(z.string()),
        resources: z.array(z.string()),
        resourceNames: z.array(z.string()).optional(),
        verbs: z.array(z.string()),
      }),
    ),
  });
  const binding = named.extend({
    kind: z.literal('ClusterRoleBinding'),
    roleRef: z.object({ kind: z.literal('ClusterRole'), name: z.string() }),
    subjects: z.array(z.object({ kind: z.string(), name: z.string() })),
  });
  const documents = parseAllDocuments(clusterRole()).map((document) => document.toJS());
  const [parsed, bound] = z.tuple([role, binding]).parse(documents);
  const granted = parsed.rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`))),
  );

  it('allows the list of every resource that a scan reads, and no other', async () => {
    const asked = new Set<string>();
    // Slices are read of Services that webhooks name, and custom resources where they are defined.
    const webhook = { metadata: { name: 'a' }, webhooks: [{ name: 'a', clientConfig: { service: { namespace: 'shop', name: 'a' } } }] };
    const definitions = definitionsOf([
      '/apis/karpenter.sh/v1/nodepools',
      '/apis/karpenter.k8s.aws/v1/ec2nodeclasses',
      '/apis/crd.k8s.amazonaws.com/v1alpha1/eniconfigs',
    ]);
    const objects = {
      '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations': [webhook],
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': definitions,
      // Groups that not every version serves.
      '/apis/resource.k8s.io/v1/deviceclasses': [],
      '/apis/resource.k8s.io/v1/resourceclaims': [],
      '/apis/resource.k8s.io/v1/resourceclaimtemplates': [],
      '/apis/storagemigration.k8s.io/v1beta1/storageversionmigrations': [],
    };
    await collectSimulated(createPaymentsCluster({ objects }), {
      isRequested: isRequestedBy(defaultConfiguration, 'payments'),
      wrap: watchingLists((path) => {
        const [, root, group, ...rest] = path.split('/');
        asked.add(`list ${rest.at(-1)}.${root === 'api' ? '' : group}`);
      }),
    });
    expect([...asked].sort()).toEqual(granted.filter((rule) => rule.startsWith('list ')).sort());
  });

  it('only reads, no secrets, one ConfigMap by its name, without wildcards', () => {
    expect(granted.filter((rule) => !/^(?:get|list) [a-z0-9]+\.[a-z0-9.]*$/.test(rule) || rule.includes('secrets'))).toEqual([]);
    expect(parsed.rules.filter(({ resources }) => resources.includes('configmaps'))).toEqual([
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['kube-proxy-config'], verbs: ['get'] },
    ]);
  });

  it('is bound to the group of the access entry', () => {
    expect(bound.roleRef.name).toBe(parsed.metadata.name);
    expect(bound.subjects).toEqual([{ kind: 'Group', name: 'eks-greenlight:scan' }]);
  });
});
