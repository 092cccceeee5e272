import { Aws } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface FindingsTableProps {
  /** The bucket of findings; who queries needs to read `findings/` in it, and its key. */
  readonly bucket: IBucket;
}

/** A line of `findings/` as a row, with what else stands in it. */
const columns: readonly (readonly [name: string, type: string])[] = [
  ['clusterArn', 'string'],
  ['runId', 'string'],
  ['id', 'string'],
  ['check', 'string'],
  ['severity', 'string'],
  ['subject', 'struct<kind:string,namespace:string,name:string,arn:string>'],
  ['discriminator', 'string'],
  ['hop', 'string'],
  ['message', 'string'],
  // As JSON: each check has facts of its own.
  ['facts', 'string'],
  ['remediation', 'string'],
  ['documentation', 'string'],
  ['owner', 'string'],
];

/** The findings as a table for Athena. Partitions are computed from the query, so nothing has to be crawled or added day by day; a query
 *  names the account, because accounts cannot be computed.
 *  @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html */
export class FindingsTable extends Construct {
  constructor(scope: Construct, id: string, { bucket }: FindingsTableProps) {
    super(scope, id);
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: 'eks_greenlight', description: 'EKS Greenlight: what scans found' },
    });
    const location = `s3://${bucket.bucketName}/findings/`;
    const table = new CfnTable(this, 'Table', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: 'eks_greenlight',
      tableInput: {
        name: 'findings',
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: ['date', 'account', 'region'].map((name) => ({ name, type: 'string' })),
        parameters: {
          'projection.enabled': 'true',
          'projection.date.type': 'date',
          'projection.date.format': 'yyyy-MM-dd',
          'projection.date.range': 'NOW-400DAYS,NOW',
          'projection.account.type': 'injected',
          'projection.region.type': 'injected',
          'storage.location.template': `${location}date=\${date}/account=\${account}/region=\${region}/`,
        },
        storageDescriptor: {
          columns: columns.map(([name, type]) => ({ name, type })),
          location,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe', parameters: { 'ignore.malformed.json': 'true' } },
        },
      },
    });
    table.addResourceDependency(database);
  }
}
