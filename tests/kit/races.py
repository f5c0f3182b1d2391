"""Many at once: verbs in threads and transactions of their own."""

import threading

from django.db import connections

from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope


def at_once(tenant, *verbs):
    """Each in a thread and transaction of its own; what each returned or was refused with."""
    barrier, results = threading.Barrier(len(verbs)), []

    def run(verb):
        barrier.wait()
        try:
            with tenant_scope(tenant):
                results.append(verb())
        except DomainError as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(results) == len(verbs), "nobody got anything but an answer or a refusal"
    return results
