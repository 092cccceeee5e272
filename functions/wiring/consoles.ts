import { partitionOf } from '../inventory/partition.ts';

/** Consoles that this program knows. */
const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The host of the console of a region; undefined in isolated partitions, where the address of the object itself has to do. */
export function consoleHost(region: string): string | undefined {
  return consoles[partitionOf(region)];
}
