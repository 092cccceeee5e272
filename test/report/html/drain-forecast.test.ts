import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../functions/checks/finding.ts';
import { drainForecast, drainNodes } from '../../../functions/report/html/drain-forecast.ts';
import { createFinding } from '../../analysis/builders.ts';
import { drainFinding } from './fleets.ts';

describe('the drain forecast by node', () => {
  it('puts all reasons of a node together, in the order of groups and names', () => {
    const findings = [
      drainFinding('a budget allows nothing', [
        { node: 'node-2', nodeGroup: 'workers', pods: ['shop/web-1', 'shop/web-2'] },
        { node: 'node-1', nodeGroup: 'workers', pods: ['shop/web-3'] },
        { node: 'node-9', nodeGroup: null, pods: [] },
      ]),
      drainFinding('no controller', [{ node: 'node-2', nodeGroup: 'workers', pods: ['shop/debug'] }]),
    ];
    expect(drainNodes(findings)).toEqual([
      { node: 'node-9', nodeGroup: null, blocks: [{ why: 'a budget allows nothing', pods: [] }] },
      { node: 'node-1', nodeGroup: 'workers', blocks: [{ why: 'a budget allows nothing', pods: ['shop/web-3'] }] },
      {
        node: 'node-2',
        nodeGroup: 'workers',
        blocks: [
          { why: 'a budget allows nothing', pods: ['shop/web-1', 'shop/web-2'] },
          { why: 'no controller', pods: ['shop/debug'] },
        ],
      },
    ]);
  });

  it('takes pods that are objects, and leaves out what has another shape', () => {
    const pods: Finding['facts'][string] = [{ namespace: 'shop', name: 'web' }, { name: 'web' }, 7, { other: 'x' }];
    const nodes: Finding['facts'][string] = [{ node: 'a', nodeGroup: 1, pods }, 'b', null, { node: 5 }, { node: 'c' }];
    expect(drainNodes([createFinding({ check: 'drain-forecast', message: 'm', facts: { nodes } })])).toEqual([
      { node: 'a', nodeGroup: null, blocks: [{ why: 'm', pods: ['shop/web', 'web'] }] },
      { node: 'c', nodeGroup: null, blocks: [{ why: 'm', pods: [] }] },
    ]);
    expect(drainNodes([createFinding({ check: 'drain-forecast', facts: { nodes: 3 } }), createFinding({ facts: { nodes } })])).toEqual([]);
  });

  it('is not there when nothing is in the way', () => {
    expect(drainForecast([createFinding()]).html).toBe('');
  });

  it('folds what is beyond 25 nodes', () => {
    const nodes = Array.from({ length: 26 }, (_, index) => ({ node: `node-${index}`, nodeGroup: 'workers', pods: [] }));
    expect(drainForecast([drainFinding('why', nodes.slice(0, 25))]).html).not.toContain('<details');
    const folded = drainForecast([drainFinding('why', nodes)]).html;
    expect(folded).toContain('<summary>1 more node</summary>');
    expect(folded.match(/<th scope="row"/g)).toHaveLength(26);
  });
});
