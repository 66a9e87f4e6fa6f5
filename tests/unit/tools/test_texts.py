"""The texts of the benchmark: read from the standard library, some tenths of a second."""

from tools.bench.texts import documents, questions, words


def test_documents_are_of_several_sizes_and_as_long_as_asked() -> None:
    made = documents(60_000)
    sizes = [sum(len(each.text) for each in document.described) for document in made]
    assert sum(sizes) >= 60_000
    assert len(made) >= 2
    assert max(sizes) > 3 * min(sizes)
    assert all(document.content.decode() for document in made)


def test_what_is_skipped_is_in_no_document() -> None:
    first = {each.name for document in documents(20_000) for each in document.described}
    later = {
        each.name for document in documents(20_000, skipped=40_000) for each in document.described
    }
    assert later
    assert first.isdisjoint(later)


def test_questions_are_distinct_and_their_answers_are_known() -> None:
    known = documents(60_000)
    asked = questions(known, 20)
    assert len(set(asked)) == 20
    names = {each.name for document in known for each in document.described}
    assert all(
        question.removeprefix("What does ").removesuffix(" do?") in names for question in asked
    )


def test_words_begin_with_the_common_ones() -> None:
    vocabulary = words(500)
    assert len(set(vocabulary)) == 500
    assert "the" in vocabulary[:5]
