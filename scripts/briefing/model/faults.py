"""What is wrong with one value: the words that become a Problem where the place is known."""

from pydantic_core import PydanticCustomError


class Fault(PydanticCustomError):
    """A value that a field refuses."""

    def __new__(cls, code: str, message: str, hint: str, field: str | None = None) -> "Fault":
        """Make a fault.

        `code` names the rule, `message` says what is wrong, `hint` what to write instead;
        `field` names the key at fault where a rule about a whole record fails.
        """
        context = {"code": code, "message": message, "hint": hint, "field": field}
        return super().__new__(cls, "fault", "{message}", context)
