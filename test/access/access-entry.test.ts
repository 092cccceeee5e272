import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { accessEntryCommands, accessSetup, awsAuthLines, awsAuthPlace } from '../../functions/access/access-entry.ts';
import { scanRoleArn } from './builders.ts';

const subject = { clusterName: 'payments', region: 'eu-west-1', principalArn: scanRoleArn };

describe('how a cluster lets the scan in', () => {
  it.each(['API', 'API_AND_CONFIG_MAP'])('is an access entry under %s', (mode) => {
    expect(accessSetup(subject, mode)).toEqual({ kind: 'access-entry', commands: accessEntryCommands(subject) });
  });

  it.each(['CONFIG_MAP', 'SOMETHING_NEW', null, undefined])('is a line in aws-auth under %s, and never a change of mode', (mode) => {
    const setup = accessSetup(subject, mode);
    expect(setup).toEqual({ kind: 'aws-auth', where: 'mapRoles', lines: awsAuthLines(scanRoleArn) });
    expect(JSON.stringify(setup)).not.toContain('update-cluster-config');
  });

  it('names region, cluster, principal and group in each command', () => {
    const [create, describeEntry, update] = accessEntryCommands(subject);
    expect(create).toBe(
      `aws eks create-access-entry --region eu-west-1 --cluster-name payments --principal-arn ${scanRoleArn} --kubernetes-groups eks-greenlight:scan`,
    );
    expect(update).toBe(create.replace('create', 'update'));
    expect(describeEntry).toContain('describe-access-entry --region eu-west-1 --cluster-name payments');
  });

  it('leaves the path of a role out of aws-auth, which would not find it', () => {
    expect(parse(awsAuthLines('arn:aws:iam::111111111111:role/team/a/scan'))).toEqual([
      { rolearn: 'arn:aws:iam::111111111111:role/scan', username: 'eks-greenlight', groups: ['eks-greenlight:scan'] },
    ]);
  });

  it('puts users under mapUsers', () => {
    const joe = 'arn:aws:iam::111111111111:user/staff/joe';
    expect(awsAuthPlace(joe)).toBe('mapUsers');
    expect(parse(awsAuthLines(joe))).toEqual([{ userarn: joe, username: 'eks-greenlight', groups: ['eks-greenlight:scan'] }]);
  });
});
