import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { clusterRole, scanPolicy } from '../../scripts/reference/permissions.ts';

const sourcesIn = (folder: string) => readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));

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
    const adapters = ['ec2-port', 'eks-port', 'enabled-regions', 'sts'];
    const sources = adapters.map((name) => readFileSync(`functions/adapters/aws/${name}.ts`, 'utf8'));
    const imports = sources.flatMap((source) => [
      ...source.matchAll(/import \{(?<names>[^}]*)\} from '@aws-sdk\/client-(?<service>\w+)'/g),
    ]);
    const called = imports.flatMap(({ groups }) =>
      [...(groups?.names ?? '').matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(
        ([, paginated, sent]) => `${groups?.service}:${paginated ?? sent}`,
      ),
    );
    expect(called).toContain('sts:AssumeRole');
    const ofTheRole = called.filter((action) => !action.startsWith('sts:'));
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
    rules: z.array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) })),
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

  it('allows the list of every resource that a collector reads', () => {
    const paths = sourcesIn('functions/inventory/evidence').flatMap((source) => [...source.matchAll(/'\/apis?\/([^'`$]+)'/g)]);
    const listed = paths.map(([, path = '']) => path.split('/')).map((parts) => `list ${parts.at(-1)}.${parts.length > 2 ? parts[0] : ''}`);
    expect(listed).toContain('list nodes.');
    expect([...new Set(listed)].sort()).toEqual(granted.filter((rule) => rule.startsWith('list ')).sort());
  });

  it('only reads, no secrets, without wildcards', () => {
    expect(granted.filter((rule) => !/^(?:get|list) [a-z]+\.[a-z0-9.]*$/.test(rule) || /secrets|configmaps/.test(rule))).toEqual([]);
  });

  it('is bound to the group of the access entry', () => {
    expect(bound.roleRef.name).toBe(parsed.metadata.name);
    expect(bound.subjects).toEqual([{ kind: 'Group', name: 'eks-greenlight:scan' }]);
  });
});
