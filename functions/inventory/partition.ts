/** Partition of AWS that a region belongs to.
 *  @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return region.match(/^us-(iso[a-z]?)-/) ? `aws-${region.split('-')[1]}` : 'aws';
}
