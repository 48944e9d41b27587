"""The texts of the sample province: Vietnamese news written for this project, with known labels."""

from demo.writing.composer import compose
from demo.writing.piece import Brief, Piece
from demo.writing.revision import revise

__all__ = ["Brief", "Piece", "compose", "revise"]
