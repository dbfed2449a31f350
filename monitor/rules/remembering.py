"""Remembering what was worked out of a report, since many rules ask for the same.

Reports and their parts never change once they are read, so an object itself is the key, without
being compared or hashed: that would take longer than asking again.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

Thing = TypeVar("Thing")
More = ParamSpec("More")
Value = TypeVar("Value")

_MOST = 64
"""Objects remembered; a report is judged from one rule to the next, and then no more."""


def once(
    function: Callable[Concatenate[Thing, More], Value],
) -> Callable[Concatenate[Thing, More], Value]:
    """Work out a function of an unchanging object, and of hashable arguments, once."""
    known: dict[Hashable, tuple[Any, Value]] = {}

    @wraps(function)
    def remembered(thing: Thing, *args: More.args, **kwargs: More.kwargs) -> Value:
        key: Hashable = id(thing)
        if args or kwargs:
            key = (key, args, tuple(kwargs.items())) if kwargs else (key, args)
        found = known.get(key)
        # the object is kept with its value: an identity is only another's once it is gone
        if found is not None and found[0] is thing:
            return found[1]
        value = function(thing, *args, **kwargs)
        if len(known) >= _MOST:
            known.clear()
        known[key] = thing, value
        return value

    return cast("Callable[Concatenate[Thing, More], Value]", remembered)
