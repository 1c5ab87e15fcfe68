from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.textdiff import GONE, NEW, SAME, counts, lines

TEXT = st.lists(st.text(alphabet="ab 证书", max_size=6), max_size=12).map("\n".join)


@given(TEXT, TEXT)
def test_both_wordings_can_be_read_off_the_comparison(before: str, after: str) -> None:
    told = lines(before, after)
    assert "\n".join(x.text for x in told if x.kind != NEW) == before
    assert "\n".join(x.text for x in told if x.kind != GONE) == after


@given(TEXT, TEXT)
def test_marks_lie_inside_their_line_in_order(before: str, after: str) -> None:
    for line in lines(before, after):
        flat = [place for mark in line.marks for place in mark]
        assert flat == sorted(flat)
        assert not flat or flat[-1] <= len(line.text)


@given(TEXT)
def test_the_same_has_no_difference(text: str) -> None:
    assert {line.kind for line in lines(text, text)} == {SAME}
    assert counts(lines(text, text)) == (0, 0)


def test_of_a_changed_line_only_the_changed_words_are_marked() -> None:
    gone, new = lines("点「下载」按钮。", "点「更新证书」按钮。")
    assert [gone.text[a:b] for a, b in gone.marks] == ["下载"]
    assert [new.text[a:b] for a, b in new.marks] == ["更新证书"]
