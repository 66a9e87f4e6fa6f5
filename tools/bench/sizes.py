"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Of one run."""

    questions: int  # distinct ones, each asked twice on either way, in both rounds
    known_characters: int  # of the documents that they are asked about
    rpc_calls: int  # per round and way, one at a time; four times as many 16 at a time
    rpc_rounds: int
    indexed_characters: int
    index_rounds: int  # of: ours, reference, reference, ours
    bases: tuple[int, ...]  # chunks in each searched knowledge base
    chunks_per_document: int
    queries: int
    orders: int  # rows of the workbook
    cases: int  # of a test run
    answer_seconds: tuple[float, ...]  # of the model, a run for each
    is_restarted: bool  # once more, with all the data


FULL = Sizes(
    questions=48,
    known_characters=400_000,
    rpc_calls=150,
    rpc_rounds=4,
    indexed_characters=800_000,
    index_rounds=1,
    bases=(10_000, 100_000),
    chunks_per_document=1_000,
    queries=60,
    orders=100_000,
    cases=52,
    answer_seconds=(0.5, 2.0),
    is_restarted=True,
)
QUICK = Sizes(
    questions=6,
    known_characters=40_000,
    rpc_calls=30,
    rpc_rounds=1,
    indexed_characters=60_000,
    index_rounds=1,
    bases=(500, 2_000),
    chunks_per_document=250,
    queries=8,
    orders=3_000,
    cases=8,
    answer_seconds=(0.2,),
    is_restarted=False,
)
