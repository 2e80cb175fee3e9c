/** One a question, in their order; a promise of it where that one has to wait for something of its own. */
type Answers<Answer> = readonly (Answer | Promise<Answer>)[];

/**
 * Has answered together what is asked until the event loop has read all requests that are there, so that each step can
 * be taken for all of them in a row (decision 101). There is no limit to how many: each is a request that was read already.
 * @param answerAll gets at least one question; when it rejects, every answer is that rejection
 */
export function onceATurn<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<Answers<Answer>>,
): (question: Question) => Promise<Answer> {
  let asked: Question[] = [];
  let answers: Promise<Answers<Answer>> | undefined;
  const endOfTurn = (): Promise<Answers<Answer>> => {
    const questions = asked;
    asked = [];
    answers = undefined;
    return answerAll(questions);
  };
  return (question) => {
    const place = asked.push(question) - 1;
    answers ??= new Promise<void>((resolve) => setImmediate(resolve)).then(endOfTurn);
    return answers.then((all) => all[place] as Answer | Promise<Answer>);
  };
}
