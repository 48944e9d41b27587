"""theodoi: what the media and agencies of a province publish about one programme, seen from the outside."""

__version__ = "0.1.0"
