"""`repository` of the platform: where people read what is generated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "Where people read the generated files.",
    "additionalProperties": False,
    "properties": {
        "url": {
            "$ref": "#/definitions/url",
            "description": "Address of the output folder, such as "
            "`https://github.com/acme/slos/blob/main/out`; alerts lead to the runbooks below it.",
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySettings:
    """Where the output folder is shown to people, such as on a Git host; `url` may be empty."""

    url: str = ""
