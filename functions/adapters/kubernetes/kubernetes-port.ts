import * as z from 'zod';
import { parseAnswer } from '../../inventory/parse.ts';
import type { KubernetesPort } from '../../inventory/ports.ts';
import { errorOf, inconsistentContinue, jsonOf } from './answers.ts';
import type { Answer, Sent } from './api-server.ts';
import { type KubernetesPortOptions, nameOf, requester } from './requester.ts';

const accepts = {
  objects: 'application/json',
  metadata: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
};

/** The API server of one cluster: at most two requests in flight, throttling and short failures retried, an expired token renewed once. */
export function kubernetesPort(options: KubernetesPortOptions): KubernetesPort {
  const ask = requester(options);
  const get = (path: string): Sent => ({ method: 'GET', path });
  const what = (path: string) => nameOf(get(path), options.cluster);
  return {
    async get(path) {
      return okJson(await ask(get(path), accepts.objects), what(path));
    },
    list: (path, { limit, metadataOnly }) =>
      listPages(path, limit, what(path), (pagePath) => ask(get(pagePath), metadataOnly ? accepts.metadata : accepts.objects)),
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

function withQuery(path: string, parameters: Record<string, string>): string {
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(parameters)}`;
}

function okJson(answer: Answer, what: string): unknown {
  if (answer.status !== 200) throw errorOf(answer, what);
  return jsonOf(answer, what);
}
