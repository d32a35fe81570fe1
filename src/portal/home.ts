import type { Resource } from './exchange.ts';

/** What clients ask for to learn where the portal is, which the headers of every answer say. */
export const HOME: Resource = {
  fields: {},
  methods: new Map([['GET', async () => ({ status: 200, fields: { 'content-type': 'text/plain; charset=utf-8' }, body: 'This is a portal of the Skynet registry.\n' })]]),
};
