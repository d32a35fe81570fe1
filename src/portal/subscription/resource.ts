import { refused } from '../answer.ts';
import type { Resource } from '../exchange.ts';

/** The subscription's path for who does not ask for an upgrade. */
export const SUBSCRIPTION_RESOURCE: Resource = {
  fields: {},
  methods: new Map([['GET', async () => refused({ status: 400, message: 'websocket: the client is not using the websocket protocol' })]]),
};
