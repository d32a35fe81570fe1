/** Of the build script of Skynet's kernel as it ran, and of libskynet: what a password, and the salt after it, come to. */
export const LEGACY_SEEDS: readonly { readonly password: string; readonly salt: string; readonly seed: string; readonly resolver: string }[] = [
  {
    password: 'hunter2-long',
    salt: 'digit byline arena dazed dizzy dazed eden dapper circle buying avoid cider cease ginger lively',
    seed: '25031104043805e3742304ca20f80348',
    resolver: 'AQA4fbKSzWrJwzwiGP8suf60IO8_iZl9Ib_d5IHGJrdJqw',
  },
  { password: 'TestRegistry', salt: '', seed: '30c8b1f88c1aca03542d0d0e83602c32', resolver: 'AQD8SPZGGhJ8lejjdfWrLZxpeL5XwFsQs1W14w5buaSPvA' },
  {
    password: 'password',
    salt: 'agony aztec eating dying baby dilute dodge dash aglow among army alarms bays amaze abyss',
    seed: '228da250b42a8912842717cfa1f03dff',
    resolver: 'AQC1u6VTjEDEhBwOsnl_myVHKzjBtwLQL2GIoeKDWgtxdQ',
  },
];

/** Computed with hash-wasm's Argon2id and SHA-512 of node:crypto, apart from our code. The password of the second one changes under NFKC. They can never change. */
export const STRETCHED_SEEDS: readonly { readonly password: string; readonly salt: string; readonly seed: string; readonly resolver: string }[] = [
  {
    password: 'hunter2-long',
    salt: 'digit byline arena dazed dizzy dazed eden dapper circle buying avoid cider cease ginger lively',
    seed: '1db8488185c751f7b07bda793b1b706b',
    resolver: 'AQBJFBgnB19NL2dGulueJpNZGWobjfj_8BxMI3bWGFvOPQ',
  },
  { password: 'päßwörd \uFB01', salt: 's', seed: 'b4087e38f710ab39921fcee505183caa', resolver: 'AQA0C99SIKxvDxI94mL-hFryKjuEODGr2lTYHzC075laHg' },
];

/** A developer's seed as that script makes it, and the link of it. */
export const DEV_SEED = { phrase: 'echo army arises afoot always befit cowl also dash dozen bovine always ajar online gables', resolver: 'AQD2VRCfxckRzECKnL3QGThpXxvGMuIYdpU0ccoVtHgEOQ' };

/** Keys of a seed, as libskynet derives them. */
export const MODULE_KEYS = {
  seed: '33c83384351f8ef2e0bd3c4540a050d6',
  pubkey: '60fb7e96bec7a43ddf55e0956eed456efbaf9f07ce793517dd802f7ba593ddc2',
  datakey: '5a0498d7f2597c16e844fec2664908879665cdda1adeeecd67df9f41f2f68c80',
  resolver: 'AQDsF5Bc-qe5M8h-Bvux7uwuQlEbr99QPvvVy0S_Psc3IA',
};
