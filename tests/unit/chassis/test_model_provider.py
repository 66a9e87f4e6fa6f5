import pytest

from chassis.model_provider import is_cohere


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.cohere.com", True),
        ("https://api.cohere.ai/v2", True),
        ("http://127.0.0.1:9410", False),
        ("https://cohere.com.example.org", False),
        ("https://notcohere.com", False),
        ("", False),
    ],
)
def test_knows_cohere_by_its_host(url: str, expected: bool) -> None:
    assert is_cohere(url) is expected
