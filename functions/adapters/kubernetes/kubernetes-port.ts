import * as z from 'zod';
import { parseAnswer } from '../../inventory/parse.ts';
import type { KubernetesPort } from '../../inventory/ports.ts';
import { errorOf, inconsistentContinue, jsonOf } from './answers.ts';
import type { Answer, Sent } from './api-server.ts';
import { linesOf } from './lines-of.ts';
import { type KubernetesPortOptions, nameOf, requests } from './requester.ts';

const accepts = {
  objects: 'application/json',
  metadata: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  text: 'text/plain',
};

/** The API server of one cluster: at most two requests in flight, throttling and short failures retried, an expired token renewed once. */
export function kubernetesPort(options: KubernetesPortOptions): KubernetesPort {
  const { ask, stream } = requests(options);
  const get = (path: string): Sent => ({ method: 'GET', path });
  const what = (path: string) => nameOf(get(path), options.cluster);
  return {
    async get(path) {
      return okJson(await ask(get(path), accepts.objects), what(path));
    },
    list(path, { limit, metadataOnly, labelSelector, fieldSelector }) {
      const selected = withQuery(path, { labelSelector, fieldSelector });
      return listPages(selected, limit, what(selected), (page) => ask(get(page), metadataOnly ? accepts.metadata : accepts.objects));
    },
    lines: (path) =>
      stream(get(path), accepts.text, (answer) => {
        if (answer.status !== 200) throw errorOf(answer, what(path));
        return linesOf(answer.chunks);
      }),
  };
}

const listPage = z.looseObject({ metadata: z.object({ continue: z.string().nullish() }).nullish() });

/** A continue token lives five minutes or so. The 410 of an expired one carries another, with which the list goes on behind the last key in
 *  the newest state: nothing comes twice, as it could after a new start, and the snapshot spans the scan anyway.
 *  @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
async function* listPages(path: string, limit: number, what: string, ask: (path: string) => Promise<Answer>): AsyncIterable<unknown> {
  let token: string | undefined;
  let expired = false;
  do {
    const answer: Answer = await ask(withQuery(path, { limit: String(limit), ...(token ? { continue: token } : {}) }));
    const goOn: string | undefined = answer.status === 410 && !expired ? inconsistentContinue(answer) : undefined;
    expired = goOn !== undefined;
    if (goOn) {
      token = goOn;
      continue;
    }
    const page = parseAnswer(listPage, okJson(answer, what), what);
    yield page;
    token = page.metadata?.continue ?? undefined;
  } while (token);
}

/** @param parameters what is undefined is left out */
function withQuery(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`;
}

function okJson(answer: Answer, what: string): unknown {
  if (answer.status !== 200) throw errorOf(answer, what);
  return jsonOf(answer, what);
}
