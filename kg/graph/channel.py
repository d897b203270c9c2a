"""One end of the line between the pool and a worker: whole messages, each sent and received in one piece.

``multiprocessing.connection`` does the same in several pieces, and each costs both sides a wait for their turn: about
as much as a short query itself.
"""

import os
import pickle
import socket
import struct
from typing import Any, Self

_LENGTH = struct.Struct("!I")
_PIECE = 1 << 16


class Channel:
    """One end, with a process of ours at the other.

    Args:
        end: A connected socket, one of a pair.

    Example:
        >>> one, other = Channel.pair()
        >>> one.send("a question")
        >>> other.receive(), other.receive(within=0.01)
        ('a question', None)
        >>> one.close(); other.close()
    """

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._received = bytearray()
        self._within: float | None = None

    @classmethod
    def pair(cls) -> tuple[Self, Self]:
        """Return the two ends of a line."""
        one, other = socket.socketpair()
        return cls(one), cls(other)

    def send(self, message: object) -> None:
        """Send a message.

        Raises:
            OSError: When nobody is at the other end.
        """
        written = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self.end.sendall(_LENGTH.pack(len(written)) + written)

    def receive(self, within: float | None = None) -> Any:
        """Return the next message; None when none has come after some seconds.

        Raises:
            EOFError: When nobody is at the other end.
            OSError: Likewise, when it went without reading all.
        """
        self._set_time(within)
        received = self._received
        while len(received) < _LENGTH.size or len(received) < (size := _LENGTH.size + _LENGTH.unpack_from(received)[0]):
            try:
                piece = self.end.recv(_PIECE)
            except BlockingIOError:
                return None
            if not piece:
                raise EOFError
            received += piece
        message = pickle.loads(received[_LENGTH.size : size])
        del received[:size]
        return message

    def _set_time(self, seconds: float | None) -> None:
        """Have the system end each wait after so long: it does so without another look at the socket."""
        if seconds == self._within:
            return
        self._within = seconds
        milliseconds = 0 if seconds is None else max(1, round(seconds * 1000))  # 0 waits for ever
        value = (
            struct.pack("@I", milliseconds)
            if os.name == "nt"
            else struct.pack("@ll", milliseconds // 1000, milliseconds % 1000 * 1000)
        )
        self.end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)

    def close(self) -> None:
        """Hang up."""
        self.end.close()
