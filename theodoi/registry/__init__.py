"""The registry: which bodies have which duties, which sites they answer for, what the programme is called.

Six CSV files (described in docs/registry.md) are read as one whole. Every broken cell is named with file, line, column
and what is wrong, all of them at once; while one is broken nothing is loaded.
"""

from theodoi.registry.folder import load_registry, write_registry
from theodoi.registry.hosts import is_private_host
from theodoi.registry.records import (
    CHANNELS,
    CLASS_PREFIX,
    LEAST_PUBLIC_DELAY_S,
    Agency,
    Channel,
    Confidence,
    Document,
    Obligation,
    Place,
    Source,
    Theme,
)
from theodoi.registry.whole import Registry

__all__ = [
    "CHANNELS",
    "CLASS_PREFIX",
    "LEAST_PUBLIC_DELAY_S",
    "Agency",
    "Channel",
    "Confidence",
    "Document",
    "Obligation",
    "Place",
    "Registry",
    "Source",
    "Theme",
    "is_private_host",
    "load_registry",
    "write_registry",
]
