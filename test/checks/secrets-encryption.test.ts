import { describe, expect, test } from 'vitest';
import { secretsEncryption } from '../../functions/checks/secrets-encryption.ts';
import type { Cluster } from '../../functions/inventory/evidence/eks-cluster.ts';
import { createCluster, unavailable } from './builders.ts';
import { runCheckOn } from './run-check-on.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/4c2b';
const withKey = [{ resources: ['secrets'], provider: { keyArn } }];
const on = (overrides: Partial<Cluster>) => runCheckOn(secretsEncryption, { 'eks.cluster': createCluster(overrides) });
const issue = (code: string, message = 'The key is not usable.') => ({ issues: [{ code, message, resourceIds: [keyArn] }] });

describe('secrets-encryption', () => {
  test('a key of its own in good health passes', () => {
    expect(on({ encryptionConfig: withKey })).toMatchObject({ status: 'passed', findings: [] });
    expect(on({ encryptionConfig: [{ provider: { keyArn } }] }).status).toBe('passed');
  });

  test('from 1.28 on EKS encrypts with its own key, and the finding says so', () => {
    expect(on({ version: '1.28' })).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'info',
          subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
          message:
            'Cluster payments names no KMS key of its own: EKS encrypts all Kubernetes API data in envelopes with a key that AWS owns, so nobody here can audit or revoke it',
          facts: { version: '1.28', keyArn: null, envelopeEncryption: true, key: 'AWS owned key' },
          remediation:
            'Cannot be undone. With a symmetric key in the same region: aws eks associate-encryption-config --region eu-west-1 --cluster-name payments ' +
            `--encryption-config '[{"resources":["secrets"],"provider":{"keyArn":"KMS_KEY_ARN"}}]'`,
          tags: { team: 'payments' },
        },
      ],
    });
  });

  test('before 1.28 only the disks are encrypted', () => {
    const [finding] = on({ version: '1.27' }).findings;
    expect(finding).toMatchObject({ severity: 'info', facts: { envelopeEncryption: false, key: null } });
    expect(finding?.message).toBe(
      'Cluster payments names no KMS key of its own: before Kubernetes 1.28 secrets have no envelope encryption then, only that of the disks of etcd',
    );
  });

  test('without a readable version it says both', () => {
    for (const version of [null, 'latest'])
      expect(on({ version }).findings).toMatchObject([{ severity: 'info', facts: { envelopeEncryption: null } }]);
    expect(on({ version: null }).findings[0]?.message).toMatch(/from Kubernetes 1\.28 on .*, before Kubernetes 1\.28 /);
  });

  test.each([null, [], [{ resources: ['secrets'] }], [{ provider: null }], [{ provider: { keyArn: '' } }]])('%j names no key', (config) => {
    expect(on({ encryptionConfig: config }).findings).toMatchObject([{ severity: 'info', facts: { keyArn: null } }]);
  });

  test.each([
    ['KmsKeyDisabled', `aws kms enable-key --region eu-west-1 --key-id ${keyArn}`],
    [
      'KmsKeyMarkedForDeletion',
      `aws kms cancel-key-deletion --region eu-west-1 --key-id ${keyArn}, then: aws kms enable-key --region eu-west-1 --key-id ${keyArn}`,
    ],
    ['KmsGrantRevoked', `aws kms list-grants --region eu-west-1 --key-id ${keyArn}`],
    ['KmsKeyNotFound', `aws kms describe-key --region eu-west-1 --key-id ${keyArn}`],
    ['KmsSomethingNew', `aws kms describe-key --region eu-west-1 --key-id ${keyArn}`],
  ])('%s is required', (code, remediation) => {
    expect(on({ encryptionConfig: withKey, health: issue(code) }).findings).toEqual([
      {
        severity: 'required',
        subject: { kind: 'Cluster', name: 'payments', arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/payments' },
        discriminator: code,
        message:
          'EKS cannot rely on the KMS key of cluster payments, without which the API server neither reads nor writes what it stores: ' +
          `${code}: The key is not usable (${keyArn})`,
        facts: { code, message: 'The key is not usable.', resourceIds: [keyArn], keyArn },
        remediation,
        tags: { team: 'payments' },
      },
    ]);
  });

  test('other health issues are not about the key', () => {
    expect(on({ encryptionConfig: withKey, health: issue('Ec2SubnetNotFound') }).status).toBe('passed');
    expect(on({ encryptionConfig: withKey, health: { issues: [{ code: null }] } }).status).toBe('passed');
  });

  test('both can be said of one cluster, and two issues of one code', () => {
    const issues = [...issue('KmsKeyDisabled').issues, ...issue('KmsKeyDisabled', 'Another.').issues];
    const { findings } = on({ health: { issues } });
    expect(findings.map(({ discriminator }) => discriminator)).toEqual([undefined, 'KmsKeyDisabled', 'KmsKeyDisabled#2']);
    expect(findings[1]?.remediation).toBe('aws kms enable-key --region eu-west-1 --key-id KMS_KEY_ARN');
  });

  test('missing or malformed evidence is no pass', () => {
    expect(runCheckOn(secretsEncryption, { 'eks.cluster': unavailable('AccessDenied') }).status).toBe('unknown');
    expect(runCheckOn(secretsEncryption, {}).status).toBe('skipped');
    expect(runCheckOn(secretsEncryption, { 'eks.cluster': { ...createCluster(), encryptionConfig: 'kms' } })).toMatchObject({
      status: 'unknown',
      missing: [{ code: 'InvalidResponse' }],
    });
  });
});
