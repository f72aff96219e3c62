import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsclean.neardup.groups import join_components, join_direct


@st.composite
def graphs(draw):
    """Return a number of texts, pairs without repetition, lengths, and which texts are fixed."""
    count = draw(st.integers(1, 9))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    pairs = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    lengths = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    fixed = draw(st.lists(st.booleans(), min_size=count, max_size=count)) if draw(st.booleans()) else [False] * count
    # The archive is not compared with itself.
    return count, [(a, b) for a, b in pairs if not (fixed[a] and fixed[b])], lengths, fixed


def joined(join, graph):
    _, pairs, lengths, fixed = graph
    first, second = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    return join(first, second, np.array(lengths), np.array(fixed))


def naive_leaders(graph):
    """The twin: take the best free text, give it all of its free neighbours, again."""
    count, pairs, lengths, fixed = graph
    near = {text: {b for a, b in pairs if a == text} | {a for a, b in pairs if b == text} for text in range(count)}
    leader = {text: text for text in range(count)}
    free = set(range(count))
    for text in sorted(range(count), key=lambda t: (not fixed[t], -len(near[t]), -lengths[t], t)):
        if text in free:
            free.discard(text)
            for other in near[text] & free:
                if not fixed[other]:
                    free.discard(other)
                    leader[other] = text
    return [leader[text] for text in range(count)]


class TestDirect:
    """A group is a star of verified pairs around its leader."""

    @given(graphs())
    def test_leaders_are_those_of_the_naive_twin(self, graph):
        assert joined(join_direct, graph).leader == naive_leaders(graph)

    @given(graphs())
    def test_every_member_was_verified_against_its_leader(self, graph):
        joins = joined(join_direct, graph)
        for text, leader in enumerate(joins.leader):
            if text != leader:
                assert set(graph[1][joins.edge[text]]) == {text, leader}
                assert joins.leader[leader] == leader
                assert joins.via[text] == leader

    @given(graphs())
    def test_a_fixed_text_joins_nobody(self, graph):
        joins = joined(join_direct, graph)
        assert all(joins.leader[text] == text for text, fixed in enumerate(graph[3]) if fixed)

    @given(graphs())
    def test_nobody_with_a_verified_pair_is_left_alone_beside_a_leader(self, graph):
        joins = joined(join_direct, graph)
        for a, b in graph[1]:
            assert joins.leader[a] != a or joins.leader[b] != b


class TestComponent:
    """Chains are followed to their ends, and every step is a verified pair."""

    @given(graphs())
    def test_groups_are_the_connected_components(self, graph):
        count, pairs, _, fixed = graph
        label = list(range(count))
        for _ in range(count):
            for a, b in pairs:
                label[a] = label[b] = min(label[a], label[b])
        joins = joined(join_components, graph)
        for a in range(count):
            for b in range(a):
                if joins.leader[a] == joins.leader[b]:
                    assert label[a] == label[b]
                elif label[a] == label[b]:
                    assert any(fixed)  # only two fixed texts keep a component apart

    @given(graphs())
    def test_steps_lead_to_the_leader(self, graph):
        joins = joined(join_components, graph)
        for text, leader in enumerate(joins.leader):
            steps = 0
            here = text
            while here != leader:
                assert set(graph[1][joins.edge[here]]) == {here, joins.via[here]}
                here = joins.via[here]
                steps += 1
                assert steps <= graph[0]
            assert not graph[3][text] or text == leader


def test_a_chain_is_one_component_and_two_stars():
    chain = (5, [(0, 1), (1, 2), (2, 3), (3, 4)], [1] * 5, [False] * 5)
    assert joined(join_direct, chain).leader == [1, 1, 1, 3, 3]
    assert len(set(joined(join_components, chain).leader)) == 1


@given(st.integers(1, 60), st.data())
def test_components_are_those_of_scipy(count, data):
    """scipy's own algorithm for connected components is the oracle; it comes with datasketch."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    pairs = data.draw(st.lists(ends, unique=True, max_size=80)) if count > 1 else []
    first, second = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    joins = join_components(first, second, np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.bool_))
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (first, second)), shape=(count, count))
    parts, labels = connected_components(graph, directed=False)
    assert len({*joins.leader}) == parts
    assert len({*zip(joins.leader, labels.tolist(), strict=True)}) == parts
