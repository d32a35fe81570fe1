// A module of one's own: profiles, which are registry entries. It has no runtime; the registry module of the same kernel has.
import { hashDatakey } from 'secure-registry';
import { REGISTRY_MODULE, type RegistryReadAnswer } from 'secure-registry/kernel';
import { callModule, serve, type Asked } from './module-queries.ts';

/** What is answered, and told: whose pubkey has no profile has no name. */
interface Profile {
  readonly name: string | undefined;
  readonly revision: bigint;
}

serve(
  new Map([
    ['getProfile', getProfile],
    ['watchProfile', watchProfile],
  ]),
);

/** `{pubkey}` → a {@link Profile} */
async function getProfile({ input }: Asked): Promise<Profile> {
  return profileOf(await callModule(REGISTRY_MODULE, 'registryRead', keyOf(input)));
}

/** `{pubkey}` → news of {@link Profile}s, the newest one and every newer one, until any `queryUpdate` ends it */
async function watchProfile({ input, tell, closed }: Asked): Promise<object> {
  return (await callModule(REGISTRY_MODULE, 'registrySubscribe', keyOf(input), { onNews: (news) => tell(profileOf(news)), closed })) as object;
}

function keyOf(input: unknown): { readonly pubkey: Uint8Array; readonly datakey: Uint8Array } {
  const { pubkey } = (input ?? {}) as { readonly pubkey?: unknown };
  if (!(pubkey instanceof Uint8Array)) throw new Error('input should contain a pubkey, of 32 bytes');
  return { pubkey, datakey: hashDatakey('profile') };
}

/** @param answer the registry module's, which has verified it */
function profileOf(answer: unknown): Profile {
  const { exists, data, revision } = answer as RegistryReadAnswer;
  return { name: exists ? new TextDecoder().decode(data) : undefined, revision };
}
