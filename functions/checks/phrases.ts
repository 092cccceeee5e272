import { describeNodeGroup, type NodeGroup } from '../workloads/node-groups.ts';

/** Names that a message lists before it counts the rest; all of them stand in the facts. */
const namesInMessage = 3;

/** `a, b, c and 4 more`, in the order given. */
export function someOf(names: readonly string[]): string {
  const rest = names.length - namesInMessage;
  return names.slice(0, namesInMessage).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** `1 node`, `3 nodes`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `3 nodes of node group web`, `8 self-managed nodes`. */
export function countNodes(number: number, group: NodeGroup): string {
  const described = describeNodeGroup(group);
  const kind = /^the (.+) nodes$/.exec(described)?.[1];
  return kind ? count(number, `${kind} node`) : `${count(number, 'node')} of ${described}`;
}
