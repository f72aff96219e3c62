"""Work on several texts side by side, for answers that are cheaper when they are asked for together.

The work on one text is a generator: it yields a question and is sent the answer. Here the questions of all are
gathered, answered in one step, and handed back, until everybody is done.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Answer", "finish"]

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What came of the work on one text, or went wrong with it."""

    value: T | None = None
    error: Exception | None = None

    def get(self) -> T:
        """Return what came of it; raise what went wrong."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # of a T that may be None itself


def finish(work: Sequence[Generator[Q, A, T]], answer: Callable[[Sequence[Q]], Sequence[A]]) -> list[Answer[T]]:
    """Return what comes of each of *work*, in order; *answer* takes the questions of several at once.

    What goes wrong in one is in its own answer and does not touch the others.

    >>> def half(x):
    ...     quotient = yield (x, 2)
    ...     return f"half of {x} is {quotient}"
    >>> done = finish([half(4), half(5)], lambda questions: [a / b for a, b in questions])
    >>> [one.get() for one in done]
    ['half of 4 is 2.0', 'half of 5 is 2.5']
    """
    done: list[Answer[T]] = [Answer() for _ in work]
    asking: list[tuple[int, Q]] = []

    def go_on(k: int, *given: A) -> None:
        nonlocal asking
        try:
            asking.append((k, work[k].send(*given) if given else next(work[k])))
        except StopIteration as end:
            done[k] = Answer(end.value)
        except Exception as error:  # raised again by Answer.get, in its turn
            done[k] = Answer(error=error)

    for k in range(len(work)):
        go_on(k)
    while asking:
        waiting, asking = asking, []
        for (k, _), given in zip(waiting, answer([question for _, question in waiting]), strict=True):
            go_on(k, given)
    return done
