import type { FindingView } from './cluster-view.ts';
import { type Html, html } from './html.ts';
import { count } from './words.ts';

const nodesShownAtOnce = 25;

/** A node with what would keep it from being drained. */
export interface DrainNode {
  readonly node: string;
  readonly nodeGroup: string | null;
  readonly blocks: readonly { readonly why: string; readonly pods: readonly string[] }[];
}

/** The findings of the drain forecast, which are by reason, turned round: by node. What has another shape is left out, it is in the findings. */
export function drainNodes(findings: readonly FindingView[]): DrainNode[] {
  const nodes = new Map<string, { nodeGroup: string | null; blocks: { why: string; pods: string[] }[] }>();
  for (const { check, facts, message } of findings) {
    if (check !== 'drain-forecast' || !Array.isArray(facts?.nodes)) continue;
    const why = textOr(facts.why, textOr(facts.reason, message));
    for (const entry of facts.nodes) {
      if (!isObject(entry) || typeof entry.node !== 'string') continue;
      const known = nodes.get(entry.node) ?? { nodeGroup: typeof entry.nodeGroup === 'string' ? entry.nodeGroup : null, blocks: [] };
      known.blocks.push({ why, pods: Array.isArray(entry.pods) ? entry.pods.flatMap(podName) : [] });
      nodes.set(entry.node, known);
    }
  }
  return [...nodes].map(([node, { nodeGroup, blocks }]) => ({ node, nodeGroup, blocks })).sort(byGroupAndName);
}

export function drainForecast(findings: readonly FindingView[]): Html {
  const nodes = drainNodes(findings);
  if (nodes.length === 0) return html``;
  const [first, rest] = [nodes.slice(0, nodesShownAtOnce), nodes.slice(nodesShownAtOnce)];
  const caption = 'Nodes that cannot be drained as things are, and the pods that keep them';
  return html`<section><h3>Drain forecast <span class="muted">(${count(nodes.length, 'node')})</span></h3><p class="muted">A node-group update or a rotation would stop at each of these nodes.</p>${nodeTable(caption, first)}${rest.length === 0 ? null : html`<details class="more"><summary>${count(rest.length, 'more node')}</summary>${nodeTable(`${caption}, continued`, rest)}</details>`}</section>`;
}

function nodeTable(caption: string, nodes: readonly DrainNode[]): Html {
  const rows = nodes.map(({ node, nodeGroup, blocks }) => {
    const items = blocks.map(
      ({ why, pods }) => html`<li>${why}${pods.length === 0 ? null : html`: <span class="pods">${pods.join(', ')}</span>`}</li>`,
    );
    return html`<tr><th scope="row">${node}<span class="sub">${nodeGroup ?? 'no node group'}</span></th><td><ul>${items}</ul></td></tr>`;
  });
  return html`<table class="drain"><caption>${caption}</caption><thead><tr><th scope="col">Node</th><th scope="col">What would keep it</th></tr></thead><tbody>${rows}</tbody></table>`;
}

type Facts = NonNullable<FindingView['facts']>;

function podName(pod: unknown): string[] {
  if (typeof pod === 'string') return [pod];
  if (!isObject(pod) || typeof pod.name !== 'string') return [];
  return [typeof pod.namespace === 'string' ? `${pod.namespace}/${pod.name}` : pod.name];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOr(value: Facts[string] | undefined, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function byGroupAndName(a: DrainNode, b: DrainNode): number {
  const [first, second] = [a, b].map(({ nodeGroup, node }) => `${nodeGroup ?? ''}\n${node}`);
  return (first ?? '') < (second ?? '') ? -1 : Number(first !== second);
}
