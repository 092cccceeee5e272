import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { accessRequirements, accessText, excessiveAccess } from '../../functions/access/access-requirements.ts';
import { clusterRoleManifests, yamlOf } from '../../functions/access/cluster-role.ts';
import { clusterRules } from '../../functions/access/cluster-rules.ts';
import { type EvidenceKind, everyOptIn, evidenceInUse } from '../../functions/access/evidence-in-use.ts';
import { choices, chosen } from './builders.ts';

/** Evidence that reads what only an option opens. */
const optional: readonly EvidenceKind[] = [
  {
    key: 'kubernetes.helmReleases',
    summary: '',
    schema: z.unknown(),
    optIn: 'helmReleases',
    kubernetes: [{ apiGroup: '', resources: ['secrets'], verbs: ['list'] }],
    collect: async () => null,
  },
  {
    key: 'kubernetes.deprecatedApiRequests',
    summary: '',
    schema: z.unknown(),
    optIn: 'metrics',
    kubernetes: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
    collect: async () => null,
  },
];

const texts = (choice: Parameters<typeof accessRequirements>[0]) => accessRequirements(choice).map(accessText);

describe('the rules of a cluster', () => {
  it('allow exactly what the evidence of the configuration asks for', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const asked = evidenceInUse(choice).flatMap(({ kubernetes }) =>
          (kubernetes ?? []).flatMap((permission) => {
            if ('nonResourceURLs' in permission) return permission.nonResourceURLs.map((url) => `get ${url}`);
            const { apiGroup, resources, verbs, resourceNames = [undefined] } = permission;
            return resources.flatMap((resource) =>
              verbs.flatMap((verb) => resourceNames.map((name) => accessText({ apiGroup, resource, name, verb }))),
            );
          }),
        );
        expect([...texts(choice)].sort()).toEqual([...new Set(asked)].sort());
      }),
    );
  });

  it('leave pods out where nobody reads them', () => {
    expect(texts(chosen())).toContain('list pods');
    expect(texts(chosen({ pods: false }))).not.toContain('list pods');
  });

  it('open one ConfigMap by its name, and no other', () => {
    for (const choice of [chosen(), everyOptIn]) {
      const rules = clusterRules(choice).filter((rule) => 'resources' in rule && rule.resources.includes('configmaps'));
      expect(rules).toEqual([{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['kube-proxy-config'], verbs: ['get'] }]);
      expect(texts(choice).filter((text) => text.includes('configmaps'))).toEqual(['get configmaps kube-proxy-config']);
    }
  });

  it('keep names apart: a rule with names is merged with none without', () => {
    const permissions = [
      { apiGroup: '', resources: ['configmaps'], verbs: ['get'], resourceNames: ['a'] },
      { apiGroup: '', resources: ['services'], verbs: ['get'] },
      { apiGroup: '', resources: ['secrets'], verbs: ['get'], resourceNames: ['a'] },
      { apiGroup: '', resources: ['configmaps'], verbs: ['get'], resourceNames: ['b'] },
    ] as const;
    const kinds = permissions.map(
      (permission): EvidenceKind => ({
        key: 'kubernetes.kubeProxyConfig',
        summary: '',
        schema: z.unknown(),
        kubernetes: [permission],
        collect: async () => null,
      }),
    );
    expect(clusterRules(chosen(), kinds)).toEqual([
      { apiGroups: [''], resources: ['configmaps', 'secrets'], resourceNames: ['a'], verbs: ['get'] },
      { apiGroups: [''], resources: ['services'], verbs: ['get'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['b'], verbs: ['get'] },
    ]);
  });

  it('open Secrets only for Helm releases, and /metrics only for metrics', () => {
    const rules = (kubernetes: Parameters<typeof chosen>[0]) => clusterRules(chosen(kubernetes), optional);
    expect(rules({})).toEqual([]);
    expect(rules({ helmReleases: true })).toEqual([{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }]);
    expect(rules({ metrics: true })).toEqual([{ nonResourceURLs: ['/metrics'], verbs: ['get'] }]);
  });

  it('open nothing for evidence that is not collected yet', () => {
    const announced = optional.map(({ collect: _, ...kind }) => kind);
    expect(clusterRules(everyOptIn, announced)).toEqual([]);
  });

  it('never write and have no wildcard', () => {
    const rules = clusterRules(everyOptIn);
    expect(rules.flatMap(({ verbs }) => verbs).filter((verb) => verb !== 'get' && verb !== 'list')).toEqual([]);
    expect(JSON.stringify(rules)).not.toContain('*');
  });
});

describe('what is more than needed', () => {
  it('never holds what a scan needs', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const needed = texts(choice);
        expect(
          excessiveAccess(choice)
            .map(accessText)
            .filter((text) => needed.includes(text)),
        ).toEqual([]);
      }),
    );
  });

  it('has every write of a rotation, and Secrets', () => {
    expect(excessiveAccess(chosen()).map(accessText)).toEqual(
      expect.arrayContaining(['* *.*', 'get secrets', 'list secrets', 'create pods/eviction', 'patch nodes', 'patch deployments.apps']),
    );
  });
});

describe('the manifests', () => {
  it('bind the ClusterRole to the group of the access entry', () => {
    const [role, binding] = clusterRoleManifests(chosen());
    expect(binding.roleRef.name).toBe(role.metadata.name);
    expect(binding.subjects).toEqual([{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'eks-greenlight:scan' }]);
  });

  it('bind the same rules to a ServiceAccount, under names that do not collide', () => {
    const [ofGroup] = clusterRoleManifests(chosen());
    const [role, binding] = clusterRoleManifests(chosen(), { name: 'collector', namespace: 'greenlight' });
    expect(role.rules).toEqual(ofGroup.rules);
    expect(role.metadata.name).not.toBe(ofGroup.metadata.name);
    expect(binding.metadata.name).toBe(role.metadata.name);
    expect(binding.roleRef.name).toBe(role.metadata.name);
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'collector', namespace: 'greenlight' }]);
  });

  it('are the same as YAML', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const manifests = clusterRoleManifests(choice);
        expect(parseAllDocuments(yamlOf(manifests)).map((document) => document.toJS())).toEqual(manifests);
      }),
    );
    expect(yamlOf([{ rules: [{ apiGroups: [''], resources: ['*'], verbs: ['list'] }] }])).toBe(
      'rules:\n  - apiGroups: [""]\n    resources: ["*"]\n    verbs: [list]\n',
    );
  });
});
