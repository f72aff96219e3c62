"""The shared index, with a real Redis that the test starts."""

import shutil
import socket
import subprocess
import sys
import time

import pytest

import newsclean
from neardup.neardup_samples import article, edited
from newsclean.errors import FileError, OptionError
from newsclean.index import redis_lsh

redis = pytest.importorskip("redis")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server is installed here")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port) as client:
            for _ in range(100):
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(20)


def test_what_one_inserts_another_process_finds(url):
    lsh = redis_lsh(url, name="news")
    texts = [article(n) for n in range(30)]
    with lsh.insertion_session() as session:
        for n, text in enumerate(texts):
            session.insert(f"a{n}".encode(), newsclean.minhash(text))
    code = (
        "import sys, newsclean.index as i, newsclean as n\n"
        "print(i.redis_lsh(sys.argv[1], name='news').query(n.minhash(sys.argv[2])))"
    )
    for n in (0, 17):
        command = [sys.executable, "-c", code, url, edited(texts[n], n)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == repr([f"a{n}".encode()])
    lsh.remove(b"a17")
    assert redis_lsh(url, name="news").query(newsclean.minhash(texts[17])) == []
    assert redis_lsh(url, name="other").query(newsclean.minhash(texts[0])) == []


def test_other_bands_are_not_mixed_in(url):
    redis_lsh(url, name="mixed", threshold=0.5)
    redis_lsh(url, name="mixed", threshold=0.5)
    with pytest.raises(OptionError, match=r"'mixed' was made with .*bands.*or another name"):
        redis_lsh(url, name="mixed", threshold=0.9)


def test_nothing_in_redis_is_a_pickle(url):
    redis_lsh(url, name="plain").insert(b"id", newsclean.minhash("Rain fell on the old town."))
    with redis.Redis.from_url(url) as client:
        kept = [client.type(name) for name in client.keys("plain*")]
        values = [
            value
            for name in client.keys("plain*bucket*")
            if client.type(name) == b"set"
            for value in client.smembers(name)
        ]
    assert {b"hash", b"list", b"set"} <= {*kept}
    assert {*values} == {b"id"}


def test_no_redis_there():
    with pytest.raises(FileError, match=r"127\.0\.0\.1:\d+ cannot be used"):
        redis_lsh(f"redis://user:secret@127.0.0.1:{free_port()}/0")
    with pytest.raises(OptionError, match="url is such as redis://"):
        redis_lsh("http://127.0.0.1")


def test_a_url_with_everything():
    from newsclean.index.shared import _connection

    assert _connection("rediss://u:p@host:7000/3") == {
        "username": "u", "password": "p", "host": "host", "port": 7000, "db": 3, "ssl": True,
    }  # fmt: skip
    assert _connection("unix:///run/redis.sock") == {"unix_socket_path": "/run/redis.sock"}
