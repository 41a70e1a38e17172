"""`sightline init`: a first project that generates at once; and the JSON Schemas for editors."""

from generator.scaffold.first_service import Choice, choose
from generator.scaffold.project import SCHEMA_FILE, scaffold
from generator.scaffold.schemas import catalogue_schema_text, schema_text

__all__ = ["SCHEMA_FILE", "Choice", "catalogue_schema_text", "choose", "scaffold", "schema_text"]
