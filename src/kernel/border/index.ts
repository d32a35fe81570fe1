export { readAnswer, refusalAnswer, writeAnswer } from './answer.ts';
export { questionOf, type Question } from './question.ts';
export { phrase, reasonOf } from './reason.ts';
export { wipeSecrets } from './secrets.ts';
