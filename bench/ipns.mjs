// IPNS names that follow from their numbers.
import { from } from 'w3name';
import { keyPairOf, sha256 } from './entries.mjs';

export const nameOf = (number) => from(keyPairOf(sha256(`secure-registry bench, name ${number}`)).secretKey);
