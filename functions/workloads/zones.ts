type Labels = Readonly<Record<string, string>>;

/** Labels that name the availability zone, the current one first. The driver of EBS has a label of its own, and writes it into the node
 *  affinity of its volumes.
 *  @see https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone
 *  @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md */
export const zoneLabels = [
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
] as const;

/** The zone of a node or of another object with such labels; undefined where none says it. */
export function zoneOf({ metadata }: { readonly metadata: { readonly labels?: Labels | null } }): string | undefined {
  for (const label of zoneLabels) {
    const zone = metadata.labels?.[label];
    if (zone) return zone;
  }
  return undefined;
}

/** The labels of a node with its zone under every name. A node has the label of the EBS driver only once the driver runs there: without
 *  this no volume would fit a node that has just started. */
export function withEveryZoneLabel(labels: Labels | null | undefined): Labels {
  const zone = zoneOf({ metadata: { labels } });
  return zone === undefined ? (labels ?? {}) : { ...Object.fromEntries(zoneLabels.map((label) => [label, zone])), ...labels };
}
