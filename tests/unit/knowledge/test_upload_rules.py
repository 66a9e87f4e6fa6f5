import pytest

from contracts.errors import InvalidRequest
from services.knowledge.domain.upload_rules import check_announced


@pytest.mark.parametrize("name", ["page.xml", "page.pdf"])
def test_a_refusal_names_the_types_that_this_upload_takes(name: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        check_announced(name=name, kind="excel", size_bytes=1, limit_bytes=10)
    [message] = error.value.fields["file"]
    assert "xlsx" in message
    assert "pdf" not in message


def test_a_workbook_with_macros_is_a_workbook() -> None:
    check_announced(name="book.xlsm", kind="data_excel", size_bytes=1, limit_bytes=10)
