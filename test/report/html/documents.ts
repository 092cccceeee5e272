import { gunzipSync } from 'node:zlib';
import type { ClusterView } from '../../../functions/report/html/cluster-view.ts';
import type { FleetData } from '../../../functions/report/html/fleet-data.ts';

function dataIn(page: string, id: string): unknown {
  const text = new RegExp(`<script type="application/gzip" id="${id}">([^<]*)</script>`).exec(page)?.[1];
  return text === undefined ? undefined : JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString());
}

/** What the script reads first. The shape is the one that was written. */
export function fleetDataIn(page: string): FleetData {
  return dataIn(page, 'fleet-data') as FleetData;
}

/** All sections in the data of a page, in their order. */
export function viewsIn(page: string): ClusterView[] {
  const blocks = [...page.matchAll(/id="(block-\d+)"/g)].map(([, id]) => dataIn(page, id ?? ''));
  return blocks.flatMap((block) => block as ClusterView[]);
}

/** The page without its script and style, which may name anything. */
export function contentOf(page: string): string {
  return page.replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
}
