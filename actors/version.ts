/** The version of the messages between the actors and the runtime. Both sides must be of one build. */
export const SERVICES_VERSION = 'secure-registry 4';
