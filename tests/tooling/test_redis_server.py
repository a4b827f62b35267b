"""The Redis that the tests of the worker stand on."""

import redis

from tests.redis_server import GIVEN_REDIS, running_redis


def test_an_own_redis_answers_and_is_gone_afterwards(monkeypatch):
    monkeypatch.delenv(GIVEN_REDIS, raising=False)

    with running_redis() as url, redis.Redis.from_url(url) as client:
        assert client.ping()

    with redis.Redis.from_url(url) as client:
        assert not answers(client)


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
