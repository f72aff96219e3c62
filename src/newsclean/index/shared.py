"""One index for a whole team: datasketch's ``MinHashLSH`` in a Redis that all reach, with newsclean's signatures.

It is the shared counterpart of :class:`~newsclean.index.DuplicateIndex` and does less: it finds candidates; to be sure
of one, compare the texts. datasketch keeps bands and keys; what is added here is the right number of bands, a name
that says what made them, and a refusal to mix.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsclean.errors import FileError, MissingExtraError, OptionError
from newsclean.neardup.options import THRESHOLD
from newsclean.neardup.params import suggest_params
from newsclean.neardup.signatures import SEED, SLOTS

if TYPE_CHECKING:
    from datasketch import MinHashLSH

__all__ = ["redis_lsh"]


def redis_lsh(
    url: str = "redis://localhost:6379/0",
    *,
    name: str = "newsclean",
    threshold: float = THRESHOLD,
    recall: float = 0.95,
) -> MinHashLSH:
    """Return the ``datasketch.MinHashLSH`` called *name* in the Redis at *url*, made if there is none.

    Insert and ask with :func:`newsclean.minhash`. Keys are ``bytes``, such as ``id.encode()``: datasketch would pickle
    others, and whoever can write to that Redis could then run code in every process that reads. What comes back are
    candidates: an article of *threshold* or more is among them with a probability of at least *recall*, others may be
    too; ``newsclean.compare`` tells.

    ::

        lsh = newsclean.index.redis_lsh("redis://index.example:6379/0", name="news")
        candidates = lsh.query(newsclean.minhash(text))
        lsh.insert(id.encode(), newsclean.minhash(text))

    Args:
        url: as ``redis.Redis.from_url`` takes it: ``redis://``, ``rediss://`` (with TLS) or ``unix://``.
        name: of the index; several may lie in one Redis.
        threshold: the Jaccard similarity from which articles are to be found, above 0 and up to 1.
        recall: the probability to find one at *threshold*.

    Raises:
        MissingExtraError: redis is not installed.
        OptionError: an argument is out of its range, or the index of this name was made with other bands or hashes.
        FileError: the Redis cannot be reached.
    """
    try:
        import redis
    except ImportError as error:
        raise MissingExtraError("a shared index needs redis; pip install 'newsclean[redis]'") from error
    from datasketch import MinHashLSH

    params = suggest_params(threshold=threshold, recall=recall)
    made = {
        "format": "newsclean.redis_lsh",
        "version": 1,
        "family": "affine32",
        "seed": SEED,
        "slots": SLOTS,
        "bands": params.bands,
        "rows": params.rows,
        "shingle": "word-3",
    }
    connection = _connection(url)
    try:
        with redis.Redis(**connection) as client:
            client.set(f"{name}:format", json.dumps(made), nx=True)
            there = json.loads(client.get(f"{name}:format") or b"{}")
        if there != made:
            differ = ", ".join(
                f"{key} {there.get(key)!r}, not {made[key]!r}" for key in made if there.get(key) != made[key]
            )
            raise OptionError(
                f"the index {name!r} was made with {differ}; use the same threshold and recall as those who made it, "
                "or another name"
            )
        return MinHashLSH(
            num_perm=SLOTS,
            params=(params.bands, params.rows),
            storage_config={"type": "redis", "basename": name.encode(), "redis": connection},
            prepickle=False,
        )
    except redis.RedisError as error:
        where = (
            connection.get("unix_socket_path")
            or f"{connection.get('host', 'localhost')}:{connection.get('port', 6379)}"
        )
        raise FileError(f"the Redis at {where} cannot be used: {error}; check that it runs and takes you in") from error


def _connection(url: str) -> dict[str, Any]:
    """Return *url* as the arguments of ``redis.Redis``, which is how datasketch wants it."""
    from redis.connection import SSLConnection, UnixDomainSocketConnection, parse_url

    try:
        options: dict[str, Any] = dict(parse_url(url))  # type: ignore[no-untyped-call]  # redis does not annotate it
    except ValueError as error:
        raise OptionError(f"url is such as redis://localhost:6379/0: {error}") from error
    kind = options.pop("connection_class", None)
    if kind is SSLConnection:
        options["ssl"] = True
    if kind is UnixDomainSocketConnection:
        options["unix_socket_path"] = options.pop("path")
    return options
