import threading
import time

import pytest

from kg.graph.channel import Channel


def test_messages_of_any_size_arrive_whole_and_in_order() -> None:
    one, other = Channel.pair()
    sent = [b"", "a question", b"x" * 65_531, {"rows": 3}, b"y" * 1_000_000, None, b"z"]
    sender = threading.Thread(target=lambda: [one.send(message) for message in sent])
    sender.start()
    assert [other.receive() for _ in sent] == sent
    sender.join()
    one.close()
    other.close()


def test_a_wait_ends_in_time_and_loses_nothing_of_a_message_that_is_half_there() -> None:
    one, other = Channel.pair()
    began = time.monotonic()
    assert other.receive(within=0.05) is None
    assert 0.04 < time.monotonic() - began < 5
    other.send("answer")
    whole = one.end.recv(1000)
    one.end.sendall(whole[:7])
    assert other.receive(within=0.01) is None
    one.end.sendall(whole[7:])
    assert other.receive(within=0.01) == "answer"
    assert other.receive(within=0) is None
    one.close()
    other.close()


def test_who_hangs_up_is_noticed() -> None:
    one, other = Channel.pair()
    one.send("last words")
    one.close()
    assert other.receive() == "last words"
    with pytest.raises(EOFError):
        other.receive()
    with pytest.raises(BrokenPipeError):
        other.send("anybody there?")
    other.close()
