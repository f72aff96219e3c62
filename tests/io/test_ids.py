from hypothesis import given
from hypothesis import strategies as st

from newsclean.io.ids import Ids

ids = st.one_of(st.integers(), st.text(max_size=3), st.integers(0, 20), st.integers(0, 20).map(str))


@given(st.lists(st.tuples(ids, st.sampled_from(["a", "b"]), st.none() | st.integers(1, 9))))
def test_ids_are_those_of_a_dictionary(met):
    table, twin = Ids(), {}
    for id, source, line in met:
        place = source if line is None else f"{source}:{line}"
        assert table.add(id, source, line) == twin.get(id)
        twin.setdefault(id, place)


def test_a_table_that_has_grown_often():
    table = Ids()
    assert [table.add(n, "a", n + 1) for n in range(20_000)] == [None] * 20_000
    assert [table.add(n, "b", 1) for n in range(0, 20_000, 97)] == [f"a:{n + 1}" for n in range(0, 20_000, 97)]
    assert table.add("0", "b", 2) is None
