"""evaluation answers: test suites, their runs, what the runs measured."""

from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from contracts.rpc.assistants.configurations import AssistantFields
from contracts.shapes import (
    Instant,
    LongText,
    NotABoolean,
    NotBlank,
    RowId,
    Shape,
    StorableJson,
    Text,
    UserId,
)

Mode = Literal["quick", "normal", "extensive"]
MAX_CASES_BY_MODE: dict[Mode, int] = {"quick": 8, "normal": 32, "extensive": 52}
"""Of a generated suite; a suite that people write may have MAX_CASES."""
MAX_CASES = 200
MAX_SUITE_BYTES = 500_000
"""Of a suite's cases as JSON: half a message of the bus."""
AssertionType = Literal[
    "contains",
    "not_contains",
    "regex",
    "similar",
    "cites",
    "refuses",
    "json_schema",
    "latency_ms",
    "judge",
    "calls_tool",
]
Verification = Literal["pass", "fail", "error"]
RunStatus = Literal["running", "finished", "cancelled"]
Share = Annotated[float, Field(ge=0, le=1), NotABoolean]


class Assertion(Shape):
    """One thing to check of an answer; `negate` turns it round.

    value: the text of contains, not_contains and similar; the pattern of regex (RE2); the document
    (id, name) or `{"document_id", "chunk"}` of cites; the schema of json_schema; milliseconds of
    latency_ms; the rubric of judge; the tool's name of calls_tool; nothing of refuses.
    threshold: from which score on it holds, for similar and judge. weight: in the case's score.
    """

    type: AssertionType
    value: Annotated[str | int | float | dict[str, Any] | list[Any] | None, StorableJson] = None
    threshold: Share | None = None
    weight: Annotated[float, Field(gt=0, le=100), NotABoolean] = 1.0
    negate: bool = False


class SourcePassage(Shape):
    """The passage that answers a case; `text` as it was when the case was made, shortened."""

    document_id: RowId | None = None
    document_name: Annotated[Text, Field(max_length=255)] = ""
    chunk: Annotated[int, Field(ge=0)] | None = None
    text: LongText = ""


def _sources(value: Any) -> Any:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [{"document_name": value[:255]}]
    return [value] if isinstance(value, dict) else value


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("This field may not be blank.")
    return text


class TestCase(Shape):
    """A question with what its answer is held against.

    Without assertions: similarity to `ideal_answer`, and groundedness in the cited passages.
    source: where the answer stands: a list of passages; one alone, or a document's name, is read too.
    """

    __test__ = False  # pytest takes every class called Test... for one

    question: Annotated[LongText, AfterValidator(_not_blank), NotBlank]
    ideal_answer: LongText = ""
    category: Annotated[Text, Field(max_length=100)] = ""
    source: Annotated[list[SourcePassage], Field(max_length=20), BeforeValidator(_sources)] = []
    assertions: Annotated[list[Assertion], Field(max_length=50)] = []


Cases = Annotated[list[TestCase], Field(max_length=MAX_CASES)]


class SuiteOf(Shape):
    """The suite of one mode of one assistant of one user."""

    user_id: UserId
    assistant_uuid: UUID
    mode: Mode


class Generation(Shape):
    """How a suite came about. by_model: cases that the model wrote; the others need none.

    notes: for people, such as why there are fewer cases than the mode allows.
    """

    use_ai: bool
    seed: int
    model: str | None
    by_model: int
    notes: list[str]


class TestSuite(Shape):
    """A suite. generation: None where people wrote it."""

    __test__ = False

    id: RowId
    assistant_uuid: UUID
    mode: Mode
    test_cases: list[TestCase]
    generation: Generation | None = None
    created_at: Instant
    updated_at: Instant


class FoundSuite(Shape):
    """Endpoint 19; None: there is none yet."""

    suite: TestSuite | None


class GenerateSuite(SuiteOf):
    """Endpoint 20. The same seed over the same knowledge base gives the same cases (without a model)."""

    use_ai: bool = False
    seed: Annotated[int, Field(ge=0, le=2**31 - 1), NotABoolean] = 0


class UpdateSuite(Shape):
    """Endpoint 21: the whole list."""

    user_id: UserId
    test_suite_id: RowId
    test_cases: Cases


class SuiteDeleted(Shape):
    """Endpoint 22; `existed`: there was one."""

    existed: bool


class StartRun(Shape):
    """Endpoint 24. config overrides the saved configuration, for this run only."""

    user_id: UserId
    assistant_uuid: UUID
    test_cases: Annotated[Cases, Field(min_length=1)]
    config: AssistantFields = AssistantFields()
    knowledge_base: UUID | None = None
    """Another one than the saved configuration has; None: that one."""
    without_knowledge_base: bool = False
    mode: Mode | None = None
    """Of the suite that the cases are from, for lists."""


class RunStarted(Shape):
    """It runs in the background."""

    run_id: UUID


class RunOf(Shape):
    """One run of one user; `run_id` as the client sent it."""

    user_id: UserId
    run_id: str


class ListRuns(Shape):
    """The runs of an assistant: the page behind `after`."""

    user_id: UserId
    assistant_uuid: UUID
    after: RowId | None = None


class Interval(Shape):
    """A mean over cases with its 95 % confidence interval; n: how many cases have the value."""

    mean: float
    low: float
    high: float
    n: int


class Latency(Shape):
    """Milliseconds from question to the last word, over answered cases."""

    p50: float
    p95: float


class Tokens(Shape):
    """As the model counts them, over all cases."""

    input: int
    output: int


class Summary(Shape):
    """The totals so far. passed + failed + errors + pending = total.

    score: mean score of the cases with a verdict (errors are none), 0 to 1; None before the first.
    pass_rate: share of verdicts that are `pass`, with Wilson's interval. metrics: by name
    (answer_similarity, groundedness, hit@1, hit@5, mrr, ndcg ...), over the cases that have it.
    """

    total: int
    passed: int
    failed: int
    errors: int
    pending: int
    score: float | None
    score_interval: Interval | None
    pass_rate: Interval | None
    metrics: dict[str, Interval]
    by_category: dict[str, dict[str, int]]
    latency_ms: Latency | None
    tokens: Tokens


class AssertionResult(Shape):
    """What became of one assertion. passed: None where it could not be decided."""

    type: AssertionType
    negate: bool
    passed: bool | None
    score: float | None
    weight: float
    reason: str


class CaseResult(Shape):
    """A verdict. expected: the ideal answer; agent: what the assistant said.

    verification_result: why, for people. scores: by name, 0 to 1, those that the case has.
    """

    idx: int
    question: str
    expected: str
    agent: str
    category: str
    verification: Verification
    verification_result: str
    score: float | None
    scores: dict[str, float]
    assertions: list[AssertionResult]
    citations: list[SourcePassage]
    tools: list[str]
    latency_ms: float | None
    input_tokens: int
    output_tokens: int
    finished_at: Instant


class Snapshot(Shape):
    """What a run was made with; it never changes.

    configuration_hash, knowledge_base_version: equal where nothing that matters differs.
    saved_configuration_hash: of the assistant as it was saved, without what the run overrides.
    """

    configuration: dict[str, Any]
    final_prompt: str
    model: str
    configuration_hash: str
    saved_configuration_hash: str
    knowledge_base: UUID | None
    knowledge_base_version: str | None
    cases_hash: str


class Run(Shape):
    """A run and its totals.

    configuration_changed: the saved one, since the run started; knowledge_base_changed: what searches
    find in the one that was asked. None where that cannot be said.
    """

    id: RowId
    run_id: UUID
    assistant_uuid: UUID
    mode: Mode | None
    status: RunStatus
    finished: bool
    summary: Summary
    model: str
    configuration_hash: str
    configuration_changed: bool | None
    knowledge_base_changed: bool | None
    created_at: Instant
    finished_at: Instant | None


class GetResults(RunOf):
    """Endpoint 25: the results behind the case `after`."""

    after: Annotated[int, Field(ge=0)] | None = None


class RunResults(Shape):
    """A page of results, by idx. snapshot: on the first page only. next: None on the last one."""

    run: Run
    snapshot: Snapshot | None
    results: list[CaseResult]
    next: int | None = None


class Runs(Shape):
    """A page, newest first. `next` is None on the last one."""

    runs: list[Run]
    next: RowId | None = None


class CompareRuns(RunOf):
    """What `other` changed against `run_id`: positive differences are better in `other`."""

    other: str


class Difference(Shape):
    """Of one number over the cases that both runs have: other minus base.

    p_value: of no difference at all (exact for counts, by permutation for means), two-sided.
    is_significant: p_value < 0.05.
    """

    base: float
    other: float
    difference: float
    low: float
    high: float
    p_value: float
    is_significant: bool
    n: int


class ComparedCase(Shape):
    """One question in both runs."""

    question: str
    category: str
    base_idx: int
    other_idx: int
    base: Verification
    other: Verification
    base_score: float | None
    other_score: float | None


class Comparison(Shape):
    """better, worse: by score beyond rounding; fixed, broken: fail to pass, and pass to fail.

    Cases are the same where their question is. verdict: what it comes to, for people.
    """

    base: Run
    other: Run
    same_configuration: bool
    same_knowledge_base: bool | None
    changed_fields: list[str]
    compared: int
    only_in_base: int
    only_in_other: int
    pass_rate: Difference | None
    score: Difference | None
    metrics: dict[str, Difference]
    better: list[ComparedCase]
    worse: list[ComparedCase]
    fixed: list[ComparedCase]
    broken: list[ComparedCase]
    verdict: str


class Evaluation(Protocol):
    """RPC service `evaluation`. NotFound has `what`: assistant, test_suite, run, knowledge_base.

    Whose an assistant is, assistants is asked; all may raise Unavailable.
    """

    def get_suite(self, request: SuiteOf) -> FoundSuite:
        """Raises NotFound (assistant)."""

    def generate_suite(self, request: GenerateSuite) -> TestSuite:
        """Takes the place of the one of that mode. Raises NotFound (assistant).

        With `use_ai` it takes as long as the model, up to a limit; what the model leaves out is
        made without it.
        """

    def update_suite(self, request: UpdateSuite) -> TestSuite:
        """Raises NotFound (test_suite), InvalidRequest on `test_cases`."""

    def delete_suite(self, request: SuiteOf) -> SuiteDeleted:
        """Raises NotFound (assistant)."""

    def start_run(self, request: StartRun) -> RunStarted:
        """Raises NotFound (assistant, knowledge_base), Conflict (archived), InvalidRequest.

        Idempotent: the same call delivered twice starts one run.
        """

    def get_results(self, request: GetResults) -> RunResults:
        """Raises NotFound (run)."""

    def list_runs(self, request: ListRuns) -> Runs:
        """Raises NotFound (assistant)."""

    def cancel_run(self, request: RunOf) -> Run:
        """Cases under way end without a result. A finished run stays as it is. Raises NotFound (run)."""

    def compare_runs(self, request: CompareRuns) -> Comparison:
        """Raises NotFound (run), InvalidRequest (no case in common)."""
