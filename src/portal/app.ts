import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { NOWHERE, type Exchange, type Resource } from './exchange.ts';

type Bindings = { Bindings: HttpBindings };

/** Finds the resource of any request there can be: absolute targets, paths in other spellings. What is found is the exchange's to answer. */
export function portalApp(exchange: Exchange, resources: ReadonlyMap<string, Resource>): Hono<Bindings> {
  const app = new Hono<Bindings>();
  const respond = async (c: Context<Bindings>, resource: Resource): Promise<Response> => {
    const { status, fields, body } = await exchange.answer(c.env.incoming, resource);
    return new Response(body ?? null, { status, headers: fields });
  };
  for (const [path, resource] of resources) app.all(path, (c) => respond(c, resource));
  app.notFound((c) => respond(c, NOWHERE));
  return app;
}
