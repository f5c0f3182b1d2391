"""Cache keys carry the tenant, and a cache that is away costs speed, never a page."""

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from portal.tenancy.scope import active_tenant

logger = structlog.get_logger(__name__)


def tenant_key(key, prefix, version):
    """`tenant:prefix:version:key`; `-` stands for the platform."""
    tenant = active_tenant()
    return f"{tenant.pk if tenant else '-'}:{prefix}:{version}:{key}"


class TenantRedisCache(RedisCache):
    """Redis with the tenant in each key. A read from a server that is away is a miss; a write is dropped."""

    def __init__(self, server, params):
        params = {**params, "KEY_FUNCTION": tenant_key}
        super().__init__(server, params)

    def get(self, key, default=None, version=None):
        try:
            return super().get(key, default, version)
        except RedisError as error:
            return self._away(error, default)

    def get_many(self, keys, version=None):
        try:
            return super().get_many(keys, version)
        except RedisError as error:
            return self._away(error, {})

    def set(self, key, value, *args, **kwargs):
        try:
            super().set(key, value, *args, **kwargs)
        except RedisError as error:
            self._away(error, None)

    def set_many(self, data, *args, **kwargs):
        try:
            return super().set_many(data, *args, **kwargs)
        except RedisError as error:
            return self._away(error, list(data))

    def is_up(self) -> bool:
        """Whether the server answers; what must not be guessed without it (limits of sign-in) asks here first."""
        try:
            return bool(self._cache.get_client(write=True).ping())
        except RedisError:
            return False

    @staticmethod
    def _away(error, answer):
        logger.warning("cache_unavailable", error=type(error).__name__)
        return answer
