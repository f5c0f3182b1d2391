from portal.geo.breakers import Breaker


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_failure_keeps_everybody_away_for_the_pause_and_then_lets_one_try():
    clock = Clock()
    breaker = Breaker(pause=30, clock=clock)
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now += 29.9
    assert not breaker.allows()
    clock.now += 0.2
    assert breaker.allows()
    assert not breaker.allows()


def test_the_one_that_tried_decides_for_all():
    clock = Clock()
    breaker = Breaker(pause=30, clock=clock)
    breaker.failed()
    clock.now += 31
    assert breaker.allows()
    breaker.failed()
    clock.now += 29
    assert not breaker.allows()
    clock.now += 2
    assert breaker.allows()
    breaker.worked()
    assert breaker.allows()
    assert breaker.allows()


def test_a_try_that_never_reports_does_not_shut_the_door_for_ever():
    clock = Clock()
    breaker = Breaker(pause=30, clock=clock)
    breaker.failed()
    clock.now += 31
    assert breaker.allows()
    clock.now += 31
    assert breaker.allows()
