"""Floors of the gates: figures that were reached once, on pieces that are named by their digest."""

import argparse
import json
import sys
from pathlib import Path

from tests.eval import pieces


def pin(file: Path, figures: dict[str, float], *, lower: bool, measured_on: str = "") -> None:
    """Write the figures as the floor; a lower one only when that is asked for.

    Args:
        file: Where.
        figures: What was reached.
        lower: Whether a figure may be lower than the floor was.
        measured_on: Digest of the pieces where they are not those of the classifier alone.
    """
    if file.exists() and not lower:
        floor = json.loads(file.read_text(encoding="utf-8"))["floor"]
        if fallen := [name for name, least in floor.items() if figures[name] < least]:
            sys.exit(f"{', '.join(fallen)} would fall below the floor; --lower if the pieces themselves changed")
    content = {"pieces_sha256": measured_on or pieces.digest(), "floor": figures}
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def parser(description: str | None) -> argparse.ArgumentParser:
    """The command line of a gate's figures."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--update", action="store_true", help="pin the figures as the new floor")
    made.add_argument("--lower", action="store_true", help="let the floor fall")
    return made
