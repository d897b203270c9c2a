import threading
import time

import pytest

from kg.graph.answers import ClientGone, QueueFull
from kg.graph.lanes import Lane


def test_who_holds_the_fewest_seats_is_next() -> None:
    lane = Lane(2, most_waiting=10, reason="busy")
    lane.take("greedy", seconds=0)
    lane.take("greedy", seconds=0)
    order: list[str] = []

    def take(client: str) -> None:
        lane.take(client, seconds=5)
        order.append(client)

    threads = []
    for client in ("greedy", "greedy", "modest"):
        threads.append(threading.Thread(target=take, args=(client,)))
        threads[-1].start()
        while lane.waiting < len(threads):
            time.sleep(0.01)
    for count in (1, 2, 3):
        lane.leave("greedy" if count < 3 else "modest")
        while len(order) < count:
            time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert order == ["modest", "greedy", "greedy"]
    assert lane.taken == 2


def test_nobody_waits_longer_than_asked_or_in_too_long_a_queue() -> None:
    lane = Lane(1, most_waiting=0, reason="busy")
    lane.take("a", seconds=0)
    with pytest.raises(QueueFull, match="as many queries wait as may"):
        lane.take("b", seconds=60)
    lane.most_waiting = 1
    with pytest.raises(QueueFull, match="QUEUE_LIMIT"):
        lane.take("b", seconds=0.05)
    with pytest.raises(ClientGone):
        lane.take("b", seconds=60, is_gone=lambda: True)
    lane.leave("a")
    assert (lane.taken, lane.waiting) == (0, 0)
