import { itJudges } from './tweetnacl.ts';

itJudges(1);
