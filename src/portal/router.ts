import type { RequestListener } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { refused } from './answer.ts';
import { NOWHERE, type Exchange, type Resource } from './exchange.ts';

type Bindings = { Bindings: HttpBindings };

/**
 * Finds the resource of any request there can be: absolute targets, paths in other spellings. What is found is the exchange's to answer.
 * @param elsewhere the resource of a path that none is named after
 */
export function routerListener(
  exchange: Exchange,
  resources: ReadonlyMap<string, Resource>,
  identity: Readonly<Record<string, string>>,
  elsewhere: (path: string) => Resource = () => NOWHERE,
): RequestListener {
  const app = new Hono<Bindings>();
  const respond = async (c: Context<Bindings>, resource: Resource): Promise<Response> => {
    const { status, fields, body } = await exchange.answer(c.env.incoming, resource);
    return new Response(body ?? null, { status, headers: fields });
  };
  for (const [path, resource] of resources) app.all(path, (c) => respond(c, resource));
  app.notFound((c) => respond(c, elsewhere(c.req.path)));

  const { status, fields, body } = refused({ status: 400, message: 'this is not a request' });
  const errorHandler = () => new Response(body, { status, headers: { ...identity, ...fields } });
  // The names `Request` and `Response` stay what they are: this runs in other people's programs too.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler });
  return (request, response) => void listener(request, response); // never rejects
}
