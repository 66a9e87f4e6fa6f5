"""The table of the benchmark."""

import numpy as np

from tools.bench.processes import Memory, besides_the_models
from tools.bench.search import exact_search
from tools.bench.table import Row, render


def test_columns_are_aligned_and_lines_end_in_no_blanks() -> None:
    text = render(
        [
            Row(what="Start", ours="9.8 s", aim="<= 25 s", met=True),
            Row(what="A longer name", ours="1 MB", reference="2 MB", compared="0.5 x"),
        ]
    )
    head, rule, first, second = text.splitlines()
    assert head.index("ours") == first.index("9.8 s") == second.index("1 MB")
    assert head.index("aim") == first.index("<= 25 s")
    assert rule.startswith("-------------  -----")
    assert all(line == line.rstrip() for line in text.splitlines())


def test_an_aim_is_met_missed_or_not_there() -> None:
    said = [Row(what="", ours="", met=met).cells()[-1] for met in (True, False, None)]
    assert said == ["yes", "NO", ""]


def test_memory_besides_the_models_leaves_the_model_server_out() -> None:
    parts = {
        "gateway": Memory(rss=100.0, pss=60.0, processes=1),
        "postgres": Memory(rss=380.0, pss=50.5, processes=20),
        "models": Memory(rss=900.0, pss=800.0, processes=1),
    }
    assert besides_the_models(parts) == Memory(rss=480.0, pss=110.5, processes=21)


def test_the_exact_search_finds_the_nearest_in_order() -> None:
    vectors = np.eye(5, dtype=np.float32)
    query = np.array([0.1, 0.9, 0.0, 0.5, 0.2], dtype=np.float32)
    assert exact_search(vectors, query, 3).tolist() == [1, 3, 4]
    assert exact_search(vectors, query, 100).tolist()[0] == 1
