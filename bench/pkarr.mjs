// pkarr's keys, which follow from their numbers.
import { generateKeyPair } from 'pkarr';
import { sha256 } from './entries.mjs';

export const packetKeysOf = (number) => generateKeyPair(sha256(`secure-registry bench, packet ${number}`));
