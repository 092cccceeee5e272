import { selects } from './selectors.ts';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | null;
}

/** `NodeSelectorTerm` of core/v1: of pods and of PersistentVolumes. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly Requirement[] | null;
  readonly matchFields?: readonly Requirement[] | null;
}

/** A node as far as it is selected. */
export interface SelectedNode {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> | null };
}

/** A pod's required wishes for its node. */
interface NodeWishes {
  readonly nodeSelector?: Readonly<Record<string, string>> | null;
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] } | null;
    } | null;
  } | null;
}

/** Whether a node has the labels of `spec.nodeSelector`. */
export function matchesNodeSelector({ nodeSelector }: NodeWishes, { metadata }: SelectedNode): boolean {
  return selects({ matchLabels: nodeSelector }, metadata.labels);
}

/** Whether a node satisfies the required node affinity; without one every node does. Preferred terms keep nobody away. */
export function matchesNodeAffinity({ affinity }: NodeWishes, node: SelectedNode): boolean {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || matchesAnyTerm(required.nodeSelectorTerms, node);
}

/** Terms are alternatives, the requirements in one must all hold. No term matches no node; neither does an empty term, nor one with a
 *  requirement that cannot be read.
 *  @see https://github.com/kubernetes/component-helpers/blob/v0.34.4/scheduling/corev1/nodeaffinity/nodeaffinity.go */
export function matchesAnyTerm(terms: readonly NodeSelectorTerm[], node: SelectedNode): boolean {
  return terms.some(({ matchExpressions, matchFields }) => {
    const [expressions, fields] = [matchExpressions ?? [], matchFields ?? []];
    if (expressions.length + fields.length === 0) return false;
    return expressions.every((one) => expressionHolds(one, node)) && fields.every((one) => fieldHolds(one, node));
  });
}

/** Gt and Lt compare whole numbers; a node without the label, or with one that is no number, does not match. */
function expressionHolds(requirement: Requirement, { metadata }: SelectedNode): boolean {
  const { key, operator, values } = requirement;
  if (operator !== 'Gt' && operator !== 'Lt') return selects({ matchExpressions: [requirement] }, metadata.labels);
  const labels = metadata.labels ?? {};
  const [label, bound] = [Object.hasOwn(labels, key) ? labels[key] : undefined, values?.length === 1 ? values[0] : undefined];
  const [actual, limit] = [wholeNumber(label), wholeNumber(bound)];
  if (actual === undefined || limit === undefined) return false;
  return operator === 'Gt' ? actual > limit : actual < limit;
}

/** An int64 of digits: a label value has no sign. */
function wholeNumber(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < 2n ** 63n ? value : undefined;
}

/** Fields know the name alone, and of the operators In and NotIn with one value. */
function fieldHolds({ key, operator, values }: Requirement, { metadata }: SelectedNode): boolean {
  if (key !== 'metadata.name' || values?.length !== 1) return false;
  const same = values[0] === metadata.name;
  return operator === 'In' ? same : operator === 'NotIn' && !same;
}
