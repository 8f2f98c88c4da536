"""How methods are gathered: each family is a table from name to function."""

from collections.abc import Callable

from slack_sandbox.methods.call import Call
from slack_sandbox.model import Json

Method = Callable[[Call], Json]


class Family(dict[str, Method]):
    """Methods by name; functions join with ``@FAMILY.method("chat.postMessage")``."""

    def method(self, name: str) -> Callable[[Method], Method]:
        """Register the decorated function under Slack's name for it."""

        def register(function: Method) -> Method:
            self[name] = function
            return function

        return register
