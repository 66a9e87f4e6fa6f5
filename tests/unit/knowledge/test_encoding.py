"""Old encodings are told apart, or at least the commoner is taken."""

from pathlib import Path

import pytest

from services.knowledge.adapters.extraction.encoding import encoding_of

TEXTS = {
    "cp1252": "Die schöne Frau grüßt über die Straße. L'été dernier, nous étions à la plage.",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. Děkuji, přeji hezký večer.",
    "iso8859_2": "Zażółć gęślą jaźń, proszę bardzo, że się udało. Wszyscy ludzie rodzą się wolni.",
    "iso8859_15": "Le prix est de 5 € pour l'été, où l'œuvre est exposée.",
    "cp1254": "İstanbul'da yaşayan şair, güneşli günlerde çok mutlu olduğunu söylüyor.",
    "cp1251": "В гимназии он не был лучшим учеником, но любил читать книги.",
    "koi8_r": "В гимназии он не был лучшим учеником, но любил читать книги и письма.",
    "mac_cyrillic": "В гимназии он не был лучшим учеником, но любил читать книги.",
    "cp1253": "Η ελληνική γλώσσα είναι μία από τις ινδοευρωπαϊκές γλώσσες.",
    "cp1255": "השפה העברית היא שפה שמית ממשפחת השפות האפרו-אסיאתיות.",
    "cp1256": "اللغة العربية هي أكثر اللغات السامية تحدثا وإحدى أكثر اللغات انتشارا.",
    "shift_jis": "これは日本語の文章です。東京は日本の首都であり、世界最大の都市のひとつです。",
    "gb18030": "这是一个中文句子。北京是中国的首都，也是世界上人口最多的城市之一。",
    "euc_kr": "이것은 한국어 문장입니다. 서울은 대한민국의 수도이자 최대 도시입니다.",
    "utf-16-le": "no mark, but blanks and 漢字",
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_as_it_was_written(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXTS[name].encode(name))
    found = encoding_of(path)
    assert path.read_bytes().decode(found.name) == TEXTS[name]
    assert found.guessed


def test_utf8_is_told_even_where_the_first_odd_letter_is_far_down(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"plain " * 50_000 + "ü".encode())
    assert encoding_of(tmp_path / "a.txt").name == "utf-8"
