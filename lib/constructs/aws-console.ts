import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Addresses in the AWS console of the partition and region of the stack. */
export class AwsConsole extends Construct {
  private readonly host: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const inPartition = (name: string, partition: string) =>
      new CfnCondition(this, name, { expression: Fn.conditionEquals(Aws.PARTITION, partition) }).logicalId;
    const elsewhere = Fn.conditionIf(inPartition('GovCloud', 'aws-us-gov'), 'console.amazonaws-us-gov.com', 'console.aws.amazon.com');
    this.host = Fn.conditionIf(inPartition('China', 'aws-cn'), 'console.amazonaws.cn', elsewhere).toString();
  }

  dashboard(name: string): string {
    return this.page('cloudwatch', `dashboards/dashboard/${name}`);
  }

  stateMachine(arn: string): string {
    return this.page('states', `/statemachines/view/${arn}`);
  }

  /** @param prefix `runs/` */
  objects(bucketName: string, prefix: string): string {
    return `https://${this.host}/s3/buckets/${bucketName}?region=${Aws.REGION}&prefix=${prefix}`;
  }

  /** @param start with which the names of the log groups begin */
  logGroups(start: string): string {
    return this.page('cloudwatch', `logsV2:log-groups$3FlogGroupNameFilter$3D${encodeURIComponent(start)}`);
  }

  private page(service: string, fragment: string): string {
    return `https://${this.host}/${service}/home?region=${Aws.REGION}#${fragment}`;
  }
}
