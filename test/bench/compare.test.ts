import { describe, expect, it, test } from 'vitest';
import { type Comparison, comparisonSchema, type Reported, type Severity } from '../../bench/compare/comparison.ts';
import { manifests } from '../../bench/compare/files.ts';
import { eksupFindings, kubentFindings, plutoFindings } from '../../bench/compare/peers.ts';
import { allRelations, unexplained } from '../../bench/compare/relations.ts';
import { differenceReasons } from '../../scripts/reference/difference-reasons.ts';
import otherTools from '../../scripts/reference/facts/other-tools.json' with { type: 'json' };
import { problems } from '../local-aws/trouble/fill.ts';
import { fineAtSecondLook } from '../local-aws/trouble/healthy.ts';

describe('the comparison that is recorded', () => {
  const recorded = comparisonSchema.parse(otherTools);

  it('is of what is put into the cluster now; else run npm run compare', () => {
    const wrong = problems.map(({ name, what, findings }) => [name, what, findings.map(severityAndCheck).sort()]);
    const fine = fineAtSecondLook.map(({ name, what }) => [name, what, []]);
    const seen = recorded.cluster.subjects.map(({ name, what, findings }) => [
      name,
      what,
      findings.map(({ severity, check }) => `${severity} ${check}`).sort(),
    ]);
    expect(seen).toEqual([...wrong, ...fine]);
    expect(recorded.files.subjects.map(({ name, what }) => [name, what])).toEqual(manifests.map(({ name, what }) => [name, what]));
  });

  it('has a reason for every difference, and no other reasons', () => {
    expect(unexplained(allRelations(recorded), differenceReasons)).toEqual([]);
  });
});

/** `required pdb-blocks-drain` of a whole line. */
const severityAndCheck = (line: string) => line.split(' ').slice(0, 2).join(' ');

/** A comparison about one thing, of which we say this. */
function about(ours: Severity | null, check: string, reported: Partial<Comparison['cluster']['reported']>): Comparison {
  const load = { awsCalls: 0, lists: 0, megabytes: 0 };
  return {
    ...{ controlPlane: '1.35', target: '1.36', versions: { eksup: '1', pluto: '1' } },
    cluster: {
      subjects: [{ name: 'web', what: 'something', findings: ours === null ? [] : [{ severity: ours, check }] }],
      reported: { eksup: [], pluto: [], kubent: [], ...reported },
    },
    files: { subjects: [], reported: { pluto: [], kubent: [] } },
    load: { greenlight: load, eksup: load, pluto: load, kubent: load },
  };
}

const web = (severity: Reported['severity']): Reported[] => [{ name: 'web', severity, code: 'K8S000' }];

test.each([
  ['required', 'pdb-missing', 'required', ['eksup agrees web']],
  ['recommended', 'pdb-missing', 'required', ['eksup harsher web']],
  ['required', 'pdb-missing', 'recommended', ['eksup milder web']],
  ['info', 'pdb-missing', null, ['eksup silent web']],
  [null, 'pdb-missing', 'recommended', ['eksup alarm web']],
  [null, 'pdb-missing', null, []],
  ['info', 'removed-api-in-manifests', null, ['eksup silent web', 'pluto silent web', 'kubent silent web']],
] as const)('we say %s (%s), eksup %s: %j', (ours, check, theirs, relations) => {
  expect(allRelations(about(ours, check, { eksup: theirs === null ? [] : web(theirs) }))).toEqual(relations);
});

test('the worst of several counts', () => {
  const both = [...web('recommended'), ...web('required')];
  expect(allRelations(about('required', 'pdb-missing', { eksup: both }))).toEqual(['eksup agrees web']);
});

test('what is reported of something else is not passed over', () => {
  expect(() => allRelations(about(null, '', { kubent: [{ name: 'api', severity: 'required', code: 'removed' }] }))).toThrow(/kubent.*api/);
});

test('a difference without a reason, a reason without a difference, and two reasons are told', () => {
  expect(
    unexplained(['eksup silent web', 'eksup agrees api', 'pluto alarm job'], [{ of: ['pluto alarm job', 'eksup milder db'] }]),
  ).toEqual(['"eksup silent web" has no reason', '"eksup milder db" is no longer so']);
  expect(unexplained(['eksup silent web'], [{ of: ['eksup silent web'] }, { of: ['eksup silent web'] }])).toEqual([
    '"eksup silent web" has two reasons',
  ]);
});

test('eksup: findings at any depth but the suppressed, by object, node group or what they are about', () => {
  const finding = (code: string, remediation: string) => ({ code, symbol: '', remediation });
  const printed = {
    data_plane: { eks_managed_nodegroups: ['workers'], node_ips: [{ finding: finding('AWS001', 'Recommended'), id: 'use1-az1' }] },
    kubernetes: {
      version_skew: [{ finding: finding('K8S001', 'Required'), name: 'ip-10-0-0-1' }],
      min_replicas: [{ finding: finding('K8S002', 'Required'), resource: { name: 'alone', namespace: 'shop', kind: 'Deployment' } }],
    },
    suppressed: { min_replicas: [{ finding: finding('K8S002', 'Required'), resource: { name: 'quiet' } }] },
  };
  expect(eksupFindings(JSON.stringify(printed), (node) => (node === 'ip-10-0-0-1' ? 'workers' : undefined))).toEqual([
    { name: 'addresses', severity: 'recommended', code: 'AWS001' },
    { name: 'workers', severity: 'required', code: 'K8S001' },
    { name: 'alone', severity: 'required', code: 'K8S002' },
  ]);
});

test('pluto: removed in the target is required, merely deprecated recommended; nothing found is no list', () => {
  const item = (name: string, removed: boolean) => ({ name, removed, deprecated: true, api: { version: 'policy/v1beta1', kind: 'X' } });
  expect(plutoFindings(JSON.stringify({ items: [item('a', true), item('b', false)] }))).toEqual([
    { name: 'a', severity: 'required', code: 'removed' },
    { name: 'b', severity: 'recommended', code: 'deprecated policy/v1beta1' },
  ]);
  expect(plutoFindings('{"target-versions":{}}')).toEqual([]);
});

test('kubent: everything is required; nothing found is null', () => {
  const item = { Name: 'a', Namespace: 'shop', Kind: 'X', ApiVersion: 'policy/v1beta1', RuleSet: 'Deprecated APIs removed in 1.25' };
  expect(kubentFindings(JSON.stringify([item]))).toEqual([{ name: 'a', severity: 'required', code: 'removed in 1.25' }]);
  expect(kubentFindings('null')).toEqual([]);
});
