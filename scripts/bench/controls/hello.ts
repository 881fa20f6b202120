import { controlAnswer, newRecordIds } from './control-answer.ts';
import { serveControl } from './serve-control.ts';

// What HTTP and JSON alone cost: an answer of the usual size that knows nothing and remembers nothing.
serveControl((question) => controlAnswer(question, null, newRecordIds()));
