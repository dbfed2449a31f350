"""Who must publish and where: names of agencies, the files of the registry."""

from storage.registry.exporting import export_registry
from storage.registry.importing import FileResult, Source, import_files
from storage.registry.names import (
    AgencyName,
    Match,
    MatchHow,
    match_agency,
    near_names,
    normalise_name,
    same_agency,
)
from storage.registry.problems import Problem
from storage.registry.queries import agency_name, agency_names
from storage.registry.tables import FileKind

__all__ = [
    "AgencyName",
    "FileKind",
    "FileResult",
    "Match",
    "MatchHow",
    "Problem",
    "Source",
    "agency_name",
    "agency_names",
    "export_registry",
    "import_files",
    "match_agency",
    "near_names",
    "normalise_name",
    "same_agency",
]
