import socket

import pytest

from server.watching import Watch


class Line:
    """A connection that waits for what it is told to."""

    accepting = False

    def __init__(self) -> None:
        self.here, self.there = socket.socketpair()
        self.number = self.here.fileno()
        self.reads, self.writes = True, False

    def readable(self) -> bool:
        return self.reads

    def writable(self) -> bool:
        return self.writes

    def close(self) -> None:
        self.here.close()
        self.there.close()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def watch(line: Line) -> Watch:
    watch = Watch()
    watch[line.number] = line
    assert list(watch.wait(0)) == []
    return watch


def test_what_comes_in_is_told_until_it_is_read(watch: Watch, line: Line) -> None:
    line.there.send(b"a request")
    assert list(watch.wait(1)) == [(line, True, False)]
    assert list(watch.wait(1)) == [(line, True, False)]
    line.here.recv(100)
    assert list(watch.wait(0)) == []
    line.close()
    watch.close()


def test_a_change_is_followed_once_it_is_told(watch: Watch, line: Line) -> None:
    assert watch.is_awaited(line.number, line)
    line.writes = True
    assert not watch.is_awaited(line.number, line)
    watch.changed.add(line.number)
    assert list(watch.wait(1)) == [(line, False, True)]
    line.reads = line.writes = False
    line.there.send(b"too early")
    watch.changed.add(line.number)
    assert list(watch.wait(0)) == []
    assert watch.is_awaited(line.number, line)
    line.reads = True
    watch.changed.add(line.number)
    assert list(watch.wait(1)) == [(line, True, False)]
    line.close()
    watch.close()


@pytest.mark.parametrize("is_seen", [True, False], ids=["seen between", "not seen between"])
def test_a_number_is_watched_for_its_new_owner(watch: Watch, line: Line, is_seen: bool) -> None:
    del watch[line.number]
    line.close()
    if is_seen:
        assert list(watch.wait(0)) == []
    heir = Line()
    assert heir.number == line.number, "the system gives the lowest number that is free"
    watch[heir.number] = heir
    assert list(watch.wait(0)) == []
    heir.there.send(b"a request")
    assert list(watch.wait(1)) == [(heir, True, False)]
    heir.close()
    watch.close()


def test_one_that_is_closed_in_the_middle_of_a_look_does_no_harm(watch: Watch, line: Line) -> None:
    line.close()
    line.writes = True
    watch.changed.add(line.number)
    assert list(watch.wait(0)) == []
    del watch[line.number]
    assert list(watch.wait(0)) == []
    watch.close()
